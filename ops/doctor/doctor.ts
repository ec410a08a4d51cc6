import { RetryableError } from '../../src/errors.ts';
import { type PortalInfo, readPortalInfo } from '../../src/hubspot/portal-info.ts';
import { contactsAfter, listedAfter } from '../../src/hubspot/search.ts';
import { unlessUnseen } from '../../src/hubspot/unseen.ts';
import type { Connection } from '../connect.ts';
import { examineBatchEndpoints, examineClockAndLimits, examineQueues, examineSecrets } from './deployment.ts';
import type { Finding } from './finding.ts';
import { examineRegistry } from './registry.ts';
import { examineSubmissions } from './submissions.ts';

/** Holds registry and deployment against the portal. */
export async function examine(connection: Connection): Promise<Finding[]> {
  const { registry, hubspot } = connection;
  const info = await readPortalInfo(hubspot.send).catch((error: unknown) => error);
  if (info instanceof Error) {
    const mend = 'check the access token (output AccessTokenArn), its scopes, and that HubSpot can be reached';
    return [{ level: 'loss', what: `HubSpot does not answer as expected: ${info.message}`, mend }];
  }
  return [
    ...examineRegistry(info as PortalInfo, registry),
    ...(await unlessInTrouble('whether contacts can be read', () => examineSearch(connection))),
    ...(await unlessInTrouble('the lists of submissions', () => examineSubmissions(connection))),
    ...(await unlessInTrouble('the batch scopes', () => examineBatchEndpoints(connection))),
    ...(await examineClockAndLimits(connection)),
    ...(await examineSecrets(connection)),
    ...(await examineQueues(connection)),
    {
      level: 'note',
      what: 'HubSpot lets nobody read which webhooks a project app subscribed',
      mend: 'after each change of the registry: npm run hubspot:project, hs project validate, hs project upload; install the app from its Distribution tab; name a canary in the registry',
    },
  ];
}

/** The audit finds contacts by the search, or by HubSpot's list of contacts. */
async function examineSearch({ search, hubspot }: Connection): Promise<Finding[]> {
  const found = await unlessUnseen('search', () => contactsAfter(search, '0'));
  if ('seen' in found) return [];
  const listed = await unlessUnseen('contacts', () => listedAfter(hubspot.send, '0'));
  if ('unseen' in listed) {
    const mend = 'grant the scope crm.objects.contacts.read, update the app’s installation, renew the token';
    return [{ level: 'loss', what: `contacts cannot be read: ${listed.unseen.why}`, mend }];
  }
  const mend = 'nothing: the audit reads the list of contacts instead; if it stays so, HubSpot has changed the search';
  return [{ level: 'note', what: `contacts cannot be searched: ${found.unseen.why}`, mend }];
}

/** Trouble of HubSpot's costs only what it keeps from being examined. */
async function unlessInTrouble(what: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof RetryableError)) throw error;
    return [{ level: 'risk', what: `not examined: ${what} (${error.message})`, mend: 'run doctor again later' }];
  }
}

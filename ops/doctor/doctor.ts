import { RetryableError } from '../../src/errors.ts';
import { type PortalInfo, readPortalInfo } from '../../src/hubspot/portal-info.ts';
import { contactsAfter, listedAfter } from '../../src/hubspot/search.ts';
import { unlessUnseen } from '../../src/hubspot/unseen.ts';
import type { Connection } from '../connect.ts';
import type { DoctorTexts } from '../texts/words.ts';
import { examineBatchEndpoints, examineClockAndLimits, examineQueues, examineSecrets } from './deployment.ts';
import type { Finding } from './finding.ts';
import { examineRegistry } from './registry.ts';
import { examineSubmissions } from './submissions.ts';

/** Holds registry and deployment against the portal. */
export async function examine(connection: Connection, t: DoctorTexts): Promise<Finding[]> {
  const { registry, hubspot } = connection;
  const info = await readPortalInfo(hubspot.send).catch((error: unknown) => error);
  if (info instanceof Error) {
    return [{ level: 'loss', what: t.silent(t.why(info.message)), mend: t.checkToken }];
  }
  return [
    ...examineRegistry(info as PortalInfo, registry, t),
    ...(await unlessInTrouble(t.examined.contacts, t, () => examineSearch(connection, t))),
    ...(await unlessInTrouble(t.examined.submissions, t, () => examineSubmissions(connection, t))),
    ...(await unlessInTrouble(t.examined.batch, t, () => examineBatchEndpoints(connection, t))),
    ...(await examineClockAndLimits(connection, t)),
    ...(await examineSecrets(connection, t)),
    ...(await examineQueues(connection, t)),
    { level: 'note', what: t.webhooksUnseen, mend: t.upload },
  ];
}

/** The audit finds contacts by the search, or by HubSpot's list of contacts. */
async function examineSearch({ search, hubspot }: Connection, t: DoctorTexts): Promise<Finding[]> {
  const found = await unlessUnseen('search', () => contactsAfter(search, '0'));
  if ('seen' in found) return [];
  const listed = await unlessUnseen('contacts', () => listedAfter(hubspot.send, '0'));
  if ('unseen' in listed) {
    const mend = t.grant('crm.objects.contacts.read');
    return [{ level: 'loss', what: t.contactsUnreadable(t.why(listed.unseen.why)), mend }];
  }
  return [{ level: 'note', what: t.searchUnreadable(t.why(found.unseen.why)), mend: t.listInstead }];
}

/** Trouble of HubSpot's costs only what it keeps from being examined. */
async function unlessInTrouble(what: string, t: DoctorTexts, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof RetryableError)) throw error;
    return [{ level: 'risk', what: t.notExamined(what, t.why(error.message)), mend: t.again }];
  }
}

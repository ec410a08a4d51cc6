import { type PortalInfo, readPortalInfo } from '../../src/hubspot/portal-info.ts';
import { contactsAfter } from '../../src/hubspot/search.ts';
import type { Connection } from '../connect.ts';
import { examineBatchEndpoints, examineClockAndLimits, examineQueues, examineSecrets } from './deployment.ts';
import type { Finding } from './finding.ts';
import { examineRegistry } from './registry.ts';
import { examineSubmissions } from './submissions.ts';

/** Holds registry and deployment against the portal. */
export async function examine(connection: Connection): Promise<Finding[]> {
  const { registry, hubspot, search } = connection;
  const info = await readPortalInfo(hubspot.send).catch((error: unknown) => error);
  if (info instanceof Error) {
    const mend = 'check the access token (output AccessTokenArn), its scopes, and that HubSpot can be reached';
    return [{ level: 'loss', what: `HubSpot does not answer as expected: ${info.message}`, mend }];
  }
  const contacts = await contactsAfter(search, '0', []).then(
    () => [],
    (): Finding[] => [
      { level: 'loss', what: 'contacts cannot be read', mend: 'grant the scope crm.objects.contacts.read' },
    ],
  );
  return [
    ...examineRegistry(info as PortalInfo, registry),
    ...contacts,
    ...(await examineSubmissions(connection)),
    ...(await examineBatchEndpoints(connection)),
    ...(await examineClockAndLimits(connection)),
    ...(await examineSecrets(connection)),
    ...(await examineQueues(connection)),
    {
      level: 'note',
      what: 'HubSpot lets nobody read which webhooks a project app subscribed',
      mend: 'after each change of the registry: npm run hubspot:project, hs project upload; name a canary in the registry',
    },
  ];
}

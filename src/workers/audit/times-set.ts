import type { HubSpotTime } from '../../clocks.ts';
import { readTimesSet } from '../../hubspot/contacts.ts';
import { unlessUnseen } from '../../hubspot/unseen.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import type { AuditDeps } from './deps.ts';
import { isUnseen, note } from './page.ts';

/** Since when contacts' property holds one of some values. A portal that tells no history of properties is asked once a run. */
export async function timesSet(
  contacts: readonly string[],
  set: { property: string; values: readonly string[] },
  run: Pick<AuditRequest, 'unseen'>,
  { hubspot }: Pick<AuditDeps, 'hubspot'>,
): Promise<Map<string, HubSpotTime>> {
  if (contacts.length === 0 || isUnseen(run, 'history')) return new Map();
  const outcome = await unlessUnseen('history', () => readTimesSet(hubspot.send, contacts, set));
  if ('unseen' in outcome) {
    note(run, outcome.unseen);
    return new Map();
  }
  const { times, unread } = outcome.seen;
  const why = `of ${unread} contacts of a page HubSpot tells no history`;
  if (unread > 0 && times.size === 0) note(run, { part: 'history', why });
  return times;
}

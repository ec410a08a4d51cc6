import { hashAddress } from '../../address.ts';
import type { Status } from '../../hubspot/status-format.ts';
import { unlessUnseen } from '../../hubspot/unseen.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import type { SeenAddress } from '../../rules/sight.ts';
import type { AuditDeps } from './deps.ts';
import { isUnseen, note } from './page.ts';

/**
 * The statuses of addresses, as far as HubSpot tells them; what HubSpot does not tell is noted in the run. An endpoint that tells nothing
 * is asked once a run.
 */
export async function statusesOf(
  addresses: readonly string[],
  run: Pick<AuditRequest, 'unseen'>,
  { hubspot }: Pick<AuditDeps, 'hubspot'>,
): Promise<Map<string, Status[]>> {
  if (addresses.length === 0 || isUnseen(run, 'statuses')) return new Map();
  const outcome = await unlessUnseen('statuses', () => hubspot.statuses.look(addresses));
  if ('unseen' in outcome) {
    note(run, outcome.unseen);
    return new Map();
  }
  const { statuses, unread } = outcome.seen;
  const why = `of ${unread.size} of ${addresses.length} addresses of a page HubSpot tells no statuses`;
  if (unread.size > 0)
    note(run, { part: statuses.size === 0 && unread.size > 1 ? 'statuses' : 'single statuses', why });
  return statuses;
}

/** Addresses as the rules see them; those of which HubSpot told no statuses are left out. */
export function seenAddresses(
  addresses: readonly string[],
  statuses: ReadonlyMap<string, readonly Status[]>,
  { addressKey }: Pick<AuditDeps, 'addressKey'>,
): SeenAddress[] {
  return addresses.flatMap((address) => {
    const held = statuses.get(address);
    return held === undefined ? [] : [{ hash: hashAddress(addressKey, address), statuses: held }];
  });
}

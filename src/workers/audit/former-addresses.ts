import { hashAddress } from '../../address.ts';
import { shifted } from '../../clocks.ts';
import { type HeldAddress, readAddressHistories } from '../../hubspot/address-history.ts';
import { wasChanged } from '../../hubspot/contacts.ts';
import { formerOf } from '../../hubspot/owned-addresses.ts';
import { unlessUnseen } from '../../hubspot/unseen.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import type { Registry } from '../../registry/registry.ts';
import { replay } from '../../rules/evolve.ts';
import type { Sight } from '../../rules/sight.ts';
import { isOptedOut } from '../../rules/state.ts';
import type { AuditDeps } from './deps.ts';
import { isUnseen, type Listed, note, startOf } from './page.ts';
import type { Seen } from './seen.ts';
import { seenAddresses, statusesOf } from './statuses.ts';

const DAY_MS = 24 * 3600_000;

type Run = Pick<AuditRequest, 'unseen' | 'startedAt' | 'lookBackDays'>;

/**
 * HubSpot's history of a record's address, and the addresses that the record held before, with their statuses. `spelt`: these addresses by their
 * keyed hashes, as HubSpot spells them.
 */
export type Former = Required<Pick<Sight, 'held' | 'former'>> & { spelt: ReadonlyMap<string, string> };

/**
 * R8: what HubSpot shows of the addresses that contacts held before: an opt-out may have been said with one of them, and never been heard of. The
 * history is asked only of records that were changed since the run's `lookBackDays`, of those whose address is not the one that the ledger knows, and of those that left
 * an opt-out behind (docs/decisions/0085-former-addresses-in-the-audit.md).
 */
export async function readFormerAddresses(
  people: readonly Seen[],
  page: readonly Listed[],
  run: Run,
  deps: AuditDeps,
): Promise<Map<string, Former>> {
  const listed = new Map(page.map((one) => [one.id, one]));
  const asked = people.filter((seen) => mayHaveMoved(seen, listed.get(seen.dossier.contact), run, deps));
  const histories = await historiesOf(
    asked.map(({ dossier }) => dossier.contact),
    run,
    deps,
  );
  const former = new Map(
    asked.map(({ dossier: { contact }, addresses: [primary = '', ...others] }) => [
      contact,
      formerOf([], histories.get(contact), { primary, others }),
    ]),
  );
  const statuses = await statusesOf([...new Set([...former.values()].flat())], run, deps);
  const hash = (address: string) => hashAddress(deps.addressKey, address);
  return new Map(
    [...former].flatMap(([contact, addresses]) => {
      const seen = seenAddresses(addresses, statuses, deps);
      const held = (histories.get(contact) ?? []).map(({ address, at }) => ({ hash: hash(address), from: at }));
      const spelt = new Map(addresses.map((address) => [hash(address), address]));
      return seen.length === 0 ? [] : [[contact, { held, former: seen, spelt }]];
    }),
  );
}

function mayHaveMoved(
  { dossier, addresses: [primary] }: Seen,
  listed: Listed | undefined,
  run: Run,
  deps: AuditDeps,
): boolean {
  if (primary === undefined || listed === undefined) return false;
  const { state } = dossier;
  const { addressKey, registry } = deps;
  const { lookBackDays } = run;
  if (state.address !== undefined && state.address !== hashAddress(addressKey, primary)) return true;
  if (leftOptOutBehind(dossier, registry)) return true;
  if (!wasChanged(listed) || lookBackDays === undefined || listed.updatedAt === undefined) return wasChanged(listed);
  return listed.updatedAt >= shifted(startOf(run, deps), -lookBackDays * DAY_MS);
}

/** Whether an opt-out stands for an address that the record held before. */
function leftOptOutBehind({ entries, state: { address, holdings } }: Seen['dossier'], registry: Registry): boolean {
  const before = new Set(holdings.map(({ hash }) => hash).filter((hash) => hash !== address));
  return [...before].some((hash) =>
    Object.values(replay(entries, registry, { address: hash }).companies).some(isOptedOut),
  );
}

/** A portal that tells no history of properties is asked once a run. */
async function historiesOf(
  contacts: readonly string[],
  run: Run,
  { hubspot }: AuditDeps,
): Promise<ReadonlyMap<string, readonly HeldAddress[]>> {
  if (contacts.length === 0 || isUnseen(run, 'history')) return new Map();
  const outcome = await unlessUnseen('history', () => readAddressHistories(hubspot.send, contacts));
  if ('seen' in outcome) return outcome.seen;
  note(run, outcome.unseen);
  return new Map();
}

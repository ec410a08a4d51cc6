import type { OurTime } from '../clocks.ts';
import { type ControlKey, closedValue } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import type { Decision } from './decision.ts';
import type { Desired } from './desired.ts';
import type { LedgerEntry } from './entry.ts';
import type { ControlWrite } from './plan.ts';
import { mayBeWritten } from './r3-protected.ts';
import { type SeenAddress, type Sight, statusOf } from './sight.ts';
import type { ContactState } from './state.ts';

/** R8: an opt-out holds for all of a contact's addresses. */

/** A status to be written at another address of the contact (keyed hash). */
export type OtherAddressWrite = { address: string; write: ControlWrite };

/**
 * Closes the statuses of the contact's other addresses, too. They are only ever closed: a return is one of the address that was
 * submitted, and HubSpot mails the primary address.
 */
export function planOthers(
  desired: ReadonlyMap<ControlKey, Desired>,
  others: readonly SeenAddress[],
  registry: Pick<Registry, 'protectedControls'>,
  now: OurTime,
): OtherAddressWrite[] {
  return others.flatMap(({ hash, statuses }) =>
    statuses === undefined
      ? []
      : [...desired.values()].flatMap((wish) => {
          const { key, control } = wish.control;
          if (wish.to !== 'closed' || control.kind !== 'subscription' || !mayBeWritten(key, registry)) return [];
          const value = closedValue(control);
          const mustWait = wish.notBefore !== undefined && wish.notBefore > now;
          if (mustWait || statusOf(statuses, control.id) === value) return [];
          return [{ address: hash, write: { control: wish.control, value, direction: 'closed', because: wish } }];
        }),
  );
}

/** The other addresses (keyed hashes) that belong into the index, so that a contact re-created under one of them is found. */
export function unrecordedAddresses(state: ContactState, entries: readonly LedgerEntry[], { others }: Sight): string[] {
  if (Object.values(state.companies).every(({ optOut }) => optOut === undefined)) return [];
  const known = recordedAddresses({ entries });
  return others.map(({ hash }) => hash).filter((hash) => !known.has(hash));
}

/** The addresses (keyed hashes) by which a ledger is found. */
export function recordedAddresses({ entries }: { entries: readonly LedgerEntry[] }): Set<string | undefined> {
  return new Set(entries.map(({ addressHash }) => addressHash));
}

export const alsoHolds: Decision = {
  rule: 'R8',
  outcome: 'noted',
  reason: 'another address of the person: the opt-out holds for it too',
  changes: [],
};

import { latest } from '../clocks.ts';
import { closedValue } from '../registry/control.ts';
import { companyOf, type PlacedControl, type Registry } from '../registry/registry.ts';
import type { ControlSignal } from '../signals/signal.ts';
import type { Clause } from './clause.ts';
import { type Decision, ignored, recorded } from './decision.ts';
import { controlsOf } from './moved-brand.ts';
import { isNews } from './order.ts';
import { ownWriteOf } from './own-write.ts';
import { type ShownStatus, type Sight, statusShowing } from './sight.ts';
import { type CompanyState, type ContactState, companyState, isLiftDue } from './state.ts';

/** R2: a newsletter or brand "no" stays at its level. All brands blocked one by one is still not a company opt-out. */

/** Decides R2. */
export const ownNo: Clause<ControlSignal> = ({ state, signal, facts: { registry } }) => {
  const placed = registry.controls.get(signal.control);
  if (placed?.brand === undefined) return undefined;
  if (!isNews(signal.occurredAt, state.ownNo[placed.key])) return ignored('already-so');
  const level = placed.newsletter === undefined ? `brand ${placed.brand}` : `newsletter ${placed.newsletter}`;
  const reason = `a "no" to ${level} reaches nothing else of ${companyOf(registry, placed.company).name}`;
  const changes = [{ type: 'own-no' as const, control: placed.key, at: signal.occurredAt }];
  return recorded({ rule: 'R2', outcome: 'stays-at-its-level', reason, changes }, 'nothing');
};

/**
 * The person's own "no" to brands and newsletters that a lift is about to reopen, if HubSpot shows the "no" before any webhook
 * told: it was said after the company was closed, and is no closing of ours. Only statuses tell a time; properties do not.
 */
export function unheardOwnNos(state: ContactState, sight: Sight, registry: Registry): Decision[] {
  return Object.keys(state.companies).flatMap((company) =>
    isLiftDue(companyState(state, company))
      ? controlsOf(company, state, registry).flatMap((placed) =>
          unheardOwnNo({ state, sight, registry }, placed, companyState(state, company)),
        )
      : [],
  );
}

type Seen = { state: ContactState; sight: Sight; registry: Registry };

function unheardOwnNo(
  { state, sight, registry }: Seen,
  { key, brand, control }: PlacedControl,
  { closedSince }: CompanyState,
): Decision[] {
  if (brand === undefined || control.kind !== 'subscription') return [];
  const shown = statusShowing(sight.address, control.id, closedValue(control));
  const at = shown?.at;
  const known = latest([closedSince, state.ownNo[key]]);
  if (at === undefined || !isNews(at, known)) return [];
  const ours = ownWriteOf(state, { control: key, to: 'closed', occurredAt: at }, registry.policy.echoWindowMs);
  if (ours !== undefined && (!ours.planned || isLikeOurs(shown, state))) return [];
  if (isOfAnotherLedger(shown, state.written[key])) return [];
  const reason = `HubSpot holds a "no" to ${key}, later than the opt-out, of which no webhook told`;
  const said = { control: key, at, ...(sight.address !== undefined && { address: sight.address.hash }) };
  return [{ rule: 'R2', outcome: 'stays-at-its-level', reason, changes: [{ type: 'own-no', ...said }] }];
}

/** Our mark on what this ledger never wrote: the fan-out of a record that became part of this one, or had the address before (R8). */
function isOfAnotherLedger(shown: ShownStatus | undefined, writes: ContactState['written'][string] = {}): boolean {
  const hasWritten = [...(writes.closed ?? []), ...(writes.open ?? [])].length > 0;
  return shown?.marked === true && !hasWritten;
}

/** A closing that HubSpot never confirmed is ours by our mark, or where HubSpot names who made it as for another write of ours. */
function isLikeOurs(shown: ShownStatus | undefined, { written }: ContactState): boolean {
  const writes = Object.values(written).flatMap(({ closed = [], open = [] }) => [...closed, ...open]);
  return shown?.marked === true || writes.some(({ source }) => source !== undefined && source === shown?.source);
}

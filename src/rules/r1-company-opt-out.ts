import { asHubSpotTime, type HubSpotTime, latest, type OurTime } from '../clocks.ts';
import { closedValue } from '../registry/control.ts';
import { type PlacedControl, PORTAL_WIDE, type Registry } from '../registry/registry.ts';
import type { ControlSignal } from '../signals/signal.ts';
import type { Clause } from './clause.ts';
import { type Change, type Decision, ignored, recorded } from './decision.ts';
import type { LedgerEntry } from './entry.ts';
import { formThen } from './form-then.ts';
import { isNews, noWins } from './order.ts';
import { slowWriteOf } from './own-write.ts';
import { strictest } from './r8-inherit.ts';
import { recordedAddresses } from './r8-other-addresses.ts';
import { writeThatSet } from './set-by-us.ts';
import { type SeenAddress, type Sight, statusShowing } from './sight.ts';
import { type ContactState, companyState, isLiftDue, isOptedOut, type Noted } from './state.ts';

/**
 * R1: a company opt-out, whoever sets it, closes every marketing control of every brand of that company. "Unsubscribed from
 * all" is an opt-out of every company.
 */

/** Decides R1: an older opt-out than the owner's return, or one already known, changes nothing (R9). */
export const companyOptOut: Clause<ControlSignal> = ({ state, signal, facts }) => {
  const companies = companiesOf(signal.control, facts.registry);
  if (companies.length === 0) return undefined;
  // Between the two ledgers of a merge the survivor's may not tell of the merge yet: then the merge is taken to be of now.
  const mergedAt = state.mergedAt ?? asHubSpotTime(facts.now);
  const at = facts.ofMerged ? asStrictAsTheMerge(signal.occurredAt, mergedAt, companies, state) : signal.occurredAt;
  // A workflow's call without a time may be the repetition of an old one: whether HubSpot holds a newer "no" than the return is looked up.
  const hasReturned = companies.some((company) => companyState(state, company).returns.length > 0);
  if (signal.timeless && hasReturned) return ignored('already-so', 'identify');
  const news = companies.filter((company) => isNews(at, companyState(state, company).optOut?.at));
  if (news.length === 0) return ignored('already-so');
  const everywhere = signal.control === PORTAL_WIDE ? { everywhere: true as const } : {};
  const taken = facts.ofMerged === true && { taken: true as const };
  const said = { at, source: signal.source, ...everywhere, ...taken };
  const change: Change = { type: 'company-opt-out', companies: news, ...said };
  const cameBackSince = (company: string) => companyState(state, company).returns.some((back) => !noWins(at, back.at));
  if (news.every(cameBackSince)) {
    // Even a late opt-out is kept: it tells that the owner's later return has something to lift.
    const reason = 'the owner returned by a form later than this opt-out';
    return recorded({ rule: 'R9', outcome: 'stale', reason, changes: [change] });
  }
  const whom = signal.control === PORTAL_WIDE ? 'unsubscribed from all: opt-out of every company' : 'company opt-out';
  const reason = `${whom}; every brand of ${news.join(', ')} is closed`;
  const verdict = recorded({ rule: 'R1', outcome: 'opted-out', reason, changes: [change] });
  const again = notedSince(at, news, state, facts.registry);
  return again.length === 0 ? verdict : { ...verdict, again };
};

/** Submissions later than an opt-out that is heard of after them (R4): nothing was to be lifted when they came. */
function notedSince(at: HubSpotTime, companies: readonly string[], { noted = [] }: ContactState, registry: Registry) {
  const isOfOne = ({ form, at: then }: Noted) => companies.includes(formThen(form, then, registry)?.company ?? '');
  return noted.filter((one) => one.at > at && isOfOne(one));
}

/** The companies that a control's "no" opts out of; none for a brand's control or a newsletter (R2). */
function companiesOf(control: string, registry: Registry): string[] {
  if (control === PORTAL_WIDE) return [...registry.companies.keys()];
  const placed = registry.controls.get(control);
  return placed === undefined || placed.brand !== undefined ? [] : [placed.company];
}

/** R8: had the opt-out been heard of in time, the merge would have made the opt-out stricter than any return before the merge. */
function asStrictAsTheMerge(
  at: HubSpotTime,
  mergedAt: HubSpotTime,
  companies: readonly string[],
  state: ContactState,
): HubSpotTime {
  const times = companies.map((company) => strictest(at, companyState(state, company), mergedAt));
  return latest(times) ?? at;
}

/**
 * Company opt-outs that HubSpot shows, newer than everything the ledger knows, though no webhook told: an opt-out list with
 * addresses that were no contacts yet, a lost webhook. A lift that is due must not overwrite them (R9); writing SUBSCRIBED may
 * even end "unsubscribed from all". Our own closing of the type is no opt-out.
 */
export function unheardOptOuts({ state, entries }: Known, sight: Sight, registry: Registry, now: OurTime): Decision[] {
  const known = recordedAddresses({ entries });
  const unjudged = sight.others.filter(({ hash }) => !known.has(hash));
  return [...registry.companies].flatMap(([company, { own }]): Decision[] => {
    const current = companyState(state, company);
    if (own.control.kind !== 'subscription' || isOptedOut(current)) return [];
    const returned = latest(current.returns.map(({ at }) => at));
    // What the record brought along from another address ends no "no" of this address (R8); what we closed there is none.
    const here = latest(current.returns.map(({ at, by }) => (isBy(by, sight) ? at : undefined)));
    const isBroughtAlong = returned !== undefined && here === undefined;
    const isUnheard = ({ at, marked }: { at: HubSpotTime; marked?: true | undefined }) =>
      (isBroughtAlong && marked !== true) ||
      (isNews(at, current.optOut?.at) && (returned === undefined || noWins(at, returned)));
    const found = [
      ...shownOptOut(own, state, sight, { registry, now }),
      ...unjudged.flatMap((one) => optOutAt(one, own, returned)),
      ...(sight.portalWideAt === undefined ? [] : [{ at: sight.portalWideAt, change: '', everywhere: true as const }]),
    ].find(isUnheard);
    if (found === undefined) return [];
    const source = { channel: 'audit', ...(found.change && { change: found.change }) } as const;
    const said = {
      at: found.at,
      source,
      ...(sight.address !== undefined && { address: sight.address.hash }),
      ...(found.everywhere && { everywhere: found.everywhere }),
    };
    return [
      {
        rule: returned === undefined ? 'R1' : 'R9',
        outcome: 'opted-out',
        reason: 'HubSpot holds an opt-out, newer than all that is recorded, of which no webhook told',
        changes: [{ type: 'company-opt-out', companies: [company], ...said }],
      },
    ];
  });
}

const isBy = (by: string | undefined, { address }: Sight) =>
  by === undefined || address === undefined || by === address.hash;

/** What is known of a contact. */
type Known = { state: ContactState; entries: readonly LedgerEntry[] };

/**
 * The opt-out of an additional address that the ledger knows nothing of: one from an opt-out list, or brought by a merge that no webhook
 * told. Such an opt-out holds for the contact (R8), and no return by another address ended it (R5).
 */
function optOutAt(address: SeenAddress, { control }: PlacedControl, returned: HubSpotTime | undefined) {
  if (control.kind !== 'subscription') return [];
  const held = statusShowing(address, control.id, closedValue(control));
  if (held?.at === undefined) return [];
  return [{ at: latest([held.at, returned]) ?? held.at, change: held.source, everywhere: undefined }];
}

/** The opt-out that a company's own type shows, unless the type was closed by us. */
export function shownOptOut(
  { key, control, company }: PlacedControl,
  state: ContactState,
  sight: Sight,
  { registry, now }: { registry: Registry; now: OurTime },
) {
  if (control.kind !== 'subscription') return [];
  const held = statusShowing(sight.address, control.id, closedValue(control));
  if (held?.at === undefined) return [];
  const told = { control: key, to: 'closed', occurredAt: held.at } as const;
  // Before a lift, which would overwrite an opt-out, nothing passes for ours that HubSpot did not confirm in time and that does not carry our mark; what
  // lands after the lift counts as a "no".
  const isDue = isLiftDue(companyState(state, company));
  const ours =
    writeThatSet(state, { ...told, status: held }, registry.policy.echoWindowMs) ??
    (isDue ? undefined : slowWriteOf(state, told));
  const isOver = ours?.planned === true && ours.until <= now && !(isDue && held.marked === true);
  const isOurs = ours !== undefined && !isOver;
  return isOurs ? [] : [{ at: held.at, change: held.source, everywhere: undefined, marked: held.marked }];
}

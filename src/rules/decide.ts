import { companyOf, type PlacedControl, PORTAL_WIDE, type Registry } from '../registry/registry.ts';
import type { ConfirmationSignal, ControlSignal, Signal } from '../signals/signal.ts';
import type { Change, Verdict } from './decision.ts';
import { echoOf } from './own-write.ts';
import { decideForm } from './r4-return-by-form.ts';
import { strictest } from './r8-inherit.ts';
import { decideLifecycle, decideMerge } from './r8-record.ts';
import { type ContactState, companyState, isOptedOut } from './state.ts';

/** What the rules need to know besides the ledger and the signal. */
export type Facts = {
  registry: Registry;
  /** Our clock, ms. */
  now: number;
  /** For a form signal: whether the submitted address is the contact's (R4); `unknown` when either cannot be told. */
  address: 'same' | 'other' | 'unknown';
  /** The signal is of a contact that became part of this one (R8). */
  ofMerged?: boolean;
  /** For a merge: the states of the contacts that became one with this. */
  others?: readonly ContactState[];
};

/** HubSpot's clock and ours may differ by so much, as it allows for signatures, ms. */
const CLOCKS_DIFFER = 5 * 60_000;

/** Applies the rules R1–R9 to one signal. Pure: same ledger, signal and facts, same verdict. */
export function decide(state: ContactState, told: Signal, facts: Facts): Verdict {
  // A redelivery may mean that the first try died before convergence was asked for.
  if (state.seen.has(told.id)) return { because: 'duplicate', converge: state.unconverged };
  if (state.mergedInto !== undefined) return { because: 'merged', into: state.mergedInto, converge: false };
  // R9: what is later than its own arrival cannot be ordered. A "no" counts from when it arrived, a way back not at all: it would
  // beat every "no" until then.
  const ofFuture = told.occurredAt > told.receivedAt + CLOCKS_DIFFER;
  if (ofFuture && (told.kind === 'form' || told.kind === 'confirmation')) {
    const reason = 'its time lies in the future, so that it cannot be ordered: it lifts nothing';
    return { decision: { rule: 'R9', outcome: 'refused', reason, changes: [] }, converge: false };
  }
  const signal = ofFuture ? { ...told, occurredAt: told.receivedAt } : told;
  switch (signal.kind) {
    case 'form':
      return decideForm(state, signal, facts);
    case 'confirmation':
      return decideConfirmation(state, signal, facts);
    case 'control':
      return decideControl(state, signal, facts);
    case 'lifecycle':
      return decideLifecycle(state, signal);
    case 'merge':
      return decideMerge(state, signal, facts.others ?? []);
  }
}

function decideControl(state: ContactState, signal: ControlSignal, facts: Facts): Verdict {
  const { registry } = facts;
  if (signal.control === PORTAL_WIDE) {
    const all = [...registry.companies.keys()];
    return signal.to === 'closed' ? companyOptOut(state, signal, all, facts) : portalWideReopened(state, all);
  }
  const placed = registry.controls.get(signal.control);
  if (placed === undefined) return { because: 'already-so', converge: false };
  const isCompany = placed.brand === undefined;
  const { echoWindowMs } = registry.policy;
  // A merged contact's event is no echo of what was written for this one.
  const echo = facts.ofMerged ? undefined : echoOf(state, signal, echoWindowMs, isCompany && signal.to === 'closed');
  if (signal.to === 'open') return reopened(state, signal, placed, echo !== undefined, facts);
  if (echo?.planned && isCompany) {
    // The owner may have said "no" anew while a write of ours was under way: that must not pass for its echo.
    if (echo.until > facts.now) return { because: 'unclear', until: echo.until, converge: false };
  } else if (echo !== undefined) return { because: 'echo', converge: false };
  return isCompany ? companyOptOut(state, signal, [placed.company], facts) : ownNo(state, signal, placed, registry);
}

/** R1: whoever sets it, a company opt-out counts; R9: an older one than the owner's return, or one already known, changes nothing. */
function companyOptOut(
  state: ContactState,
  signal: ControlSignal,
  companies: string[],
  { ofMerged = false }: Facts,
): Verdict {
  // R8: had it been heard of in time, the merge would have made it stricter than any return before it.
  const { occurredAt } = signal;
  const times = companies.map((key) => strictest(occurredAt, companyState(state, key), state.mergedAt ?? 0));
  const time = ofMerged ? Math.max(...times) : occurredAt;
  const news = companies.filter((key) => time > (companyState(state, key).optOut?.at ?? -1));
  if (news.length === 0) return { because: 'already-so', converge: false };
  const stale = news.every((key) => companyState(state, key).returns.some(({ at }) => at > time));
  const change: Change = {
    type: 'company-opt-out',
    companies: news,
    at: time,
    source: signal.source,
  };
  // Even a late one is folded in: it tells that the owner's later return has something to lift.
  if (stale) {
    const reason = 'the owner returned by a form later than this opt-out';
    return { decision: { rule: 'R9', outcome: 'stale', reason, changes: [change] }, converge: true };
  }
  const whom = signal.control === PORTAL_WIDE ? 'unsubscribed from all: opt-out of every company' : 'company opt-out';
  const reason = `${whom}; every brand of ${news.join(', ')} is closed`;
  return { decision: { rule: 'R1', outcome: 'opted-out', reason, changes: [change] }, converge: true };
}

/** R2: a newsletter or brand "no" stays at its level. */
function ownNo(state: ContactState, signal: ControlSignal, placed: PlacedControl, registry: Registry): Verdict {
  if (signal.occurredAt <= (state.ownNo[placed.key] ?? -1)) return { because: 'already-so', converge: false };
  const level = placed.newsletter === undefined ? `brand ${placed.brand}` : `newsletter ${placed.newsletter}`;
  const reason = `a "no" to ${level} reaches nothing else of ${companyOf(registry, placed.company).name}`;
  const changes: Change[] = [{ type: 'own-no', control: placed.key, at: signal.occurredAt }];
  return { decision: { rule: 'R2', outcome: 'stays-at-its-level', reason, changes }, converge: false };
}

/** R5: while the company opt-out stands, only a form submission of the owner reopens anything. */
function reopened(
  state: ContactState,
  signal: ControlSignal,
  placed: PlacedControl,
  echo: boolean,
  { registry, now }: Facts,
): Verdict {
  const company = companyState(state, placed.company);
  if (company.optOut === undefined || !isOptedOut(company)) return { because: 'already-so', converge: false };
  // From here on HubSpot may hold something open: it is always compared, even for an echo or a late event.
  if (echo) return { because: 'echo', converge: true };
  const { policy } = registry;
  if (signal.occurredAt <= company.optOut.at) {
    const reason = 'not later than the standing opt-out: the "no" wins';
    return { decision: { rule: 'R9', outcome: 'stale', reason, changes: [] }, converge: true };
  }
  const mayConfirm = company.awaiting.length > 0 && policy.ownerConfirmationSources.length > 0;
  if ((policy.acceptSelfService || mayConfirm) && placed.brand === undefined) {
    const reason = 'the source of the new status decides whether the owner did this';
    return { decision: { rule: 'R5', outcome: 'noted', reason, changes: [] }, converge: true };
  }
  const ascribedToForm = policy.formSources.includes(signal.source.change ?? '');
  if (ascribedToForm) {
    const known = company.grace[placed.key];
    if (known !== undefined && known.until > now) return { because: 'already-so', converge: false };
    const until = now + policy.reOptInGraceMs;
    const change: Change = {
      type: 'grace',
      company: placed.company,
      control: placed.key,
      at: signal.occurredAt,
      until,
      source: signal.source,
    };
    const reason = `HubSpot ascribes it to a form; its submission event may come until ${new Date(until).toISOString()}`;
    return { decision: { rule: 'R5', outcome: 'awaiting-form', reason, changes: [change] }, converge: true };
  }
  const reason = `the opt-out of ${companyOf(registry, placed.company).name} stands and no form submission of the owner came; ${placed.key} is closed again`;
  return { decision: { rule: 'R5', outcome: 'refused', reason, changes: [] }, converge: true };
}

/** The end of "unsubscribed from all" is nobody's return to a company: each stays as its own type and the ledger say. */
function portalWideReopened(state: ContactState, companies: string[]): Verdict {
  const standing = companies.filter((key) => isOptedOut(companyState(state, key)));
  if (standing.length === 0) return { because: 'already-so', converge: false };
  const reason = `"unsubscribed from all" was lifted; the opt-out of ${standing.join(', ')} stands`;
  return { decision: { rule: 'R5', outcome: 'noted', reason, changes: [] }, converge: true };
}

/** R7: the owner's own confirmation makes a submission take effect, if it is later than it and no opt-out came between. */
function decideConfirmation(state: ContactState, signal: ConfirmationSignal, { registry }: Facts): Verdict {
  if (!registry.policy.confirmedValues.includes(signal.value)) return { because: 'already-so', converge: false };
  if (signal.occurredAt <= (state.confirmedAt ?? -1)) return { because: 'already-so', converge: false };
  const returns = Object.entries(state.companies).flatMap(([company, { awaiting }]) =>
    awaiting
      .filter(({ at, until }) => signal.occurredAt > at && signal.occurredAt <= until)
      .map(({ until: _, ...back }): Change => ({ type: 'return', company, return: back })),
  );
  const changes: Change[] = [{ type: 'confirmed', at: signal.occurredAt }, ...returns];
  return returns.length === 0
    ? { decision: { rule: 'R7', outcome: 'noted', reason: 'no submission waits for it', changes }, converge: false }
    : {
        decision: { rule: 'R7', outcome: 'returned', reason: 'the owner confirmed the form submission', changes },
        converge: true,
      };
}

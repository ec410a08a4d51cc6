import { latest, type OurTime, shifted } from '../clocks.ts';
import type { ControlKey } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import { applyChanges } from './apply-changes.ts';
import { asShown, valuesFound } from './as-shown.ts';
import type { Decision } from './decision.ts';
import type { Desired } from './desired.ts';
import { desiredControls } from './desired-controls.ts';
import { type LedgerEntry, ownDecision } from './entry.ts';
import { type Plan, planWrites } from './plan.ts';
import { planFormer } from './plan-former.ts';
import { unheardOptOuts } from './r1-company-opt-out.ts';
import { unheardOwnNos } from './r2-own-no.ts';
import { type AskedPrior, askedPriors } from './r6-history.ts';
import { ownersReturns } from './r7-confirmation.ts';
import { addressChanges } from './r8-address-change.ts';
import { formerOptOuts } from './r8-former-opt-out.ts';
import { inheritedDecisions, type OtherLedger } from './r8-inherit.ts';
import { type OtherAddressWrite, planOthers } from './r8-other-addresses.ts';
import type { Sight } from './sight.ts';
import { type ContactState, isLiftDue } from './state.ts';
import { endedWaits, nextWake } from './waits.ts';

/** What is known of one contact without asking HubSpot. */
export type Dossier = {
  contact: string;
  entries: readonly LedgerEntry[];
  state: ContactState;
  /** Other contacts' ledgers that speak of this contact's addresses (R8); undefined: nobody asks for them. */
  others?: readonly OtherLedger[];
  /** When it happened that the contact is to be looked up for. */
  since?: OurTime;
};

/** What to ask HubSpot of a contact. */
export type Wanted = {
  desired: ReadonlyMap<ControlKey, Desired>;
  /** Whether the contact's addresses are looked up (R8): then their statuses are read whatever is desired. */
  identify: boolean;
  /** Properties whose earlier value is asked for (R6). */
  unknown?: readonly AskedPrior[];
};

/** What comes next for one contact. */
export type Step =
  | { do: 'look'; at: Wanted }
  | { do: 'record'; decisions: readonly Decision[] }
  | Write
  /** Nothing is to be done now; `until`: when something ends that the ledger waits for. */
  | { do: 'rest'; until?: OurTime }
  /** HubSpot may show the contact some minutes later. */
  | { do: 'look-again'; why: string }
  | { do: 'give-up'; why: string };

/** An empty plan confirms that HubSpot holds the desired state. */
export type Write = {
  do: 'write';
  desired: ReadonlyMap<ControlKey, Desired>;
  plan: Plan;
  also: readonly OtherAddressWrite[];
};

/**
 * The planner. Convergence, the audit, `widerruf simulate` and the tests call this one function. `sight`: undefined while nobody
 * has looked at HubSpot; null when HubSpot knows no such contact and nobody remembers its address.
 */
export function nextStep(dossier: Dossier, sight: Sight | null | undefined, registry: Registry, now: OurTime): Step {
  const { others } = dossier;
  if (sight === undefined) return beforeLooking(dossier, registry, now);
  const state = sight === null ? dossier.state : asShown(dossier.state, sight, registry);
  const desired = desiredControls(state, registry);
  if (sight === null) return unknownToHubSpot(dossier, desired.size > 0 ? 'something' : 'nothing', now);
  const decisions = firstOf([
    () => (isOfInterest(dossier, sight, registry, now) ? addressChanges(dossier, sight, now) : []),
    () => (others === undefined ? [] : inheritedDecisions(dossier, others, sight, registry)),
    () => shownDecisions(dossier, sight, registry, now),
  ]);
  if (decisions.length > 0) return { do: 'record', decisions };
  const wishes = sight.exists ? desired : closingsOf(desired);
  return {
    do: 'write',
    desired: wishes,
    plan: planWrites(wishes, valuesFound(sight, state, wishes), registry, now),
    also: [...planOthers(wishes, sight.others, registry, now), ...planFormer(dossier, sight, registry, now)],
  };
}

/** Of a record of which the ledger knows nothing no addresses are kept, unless a "no" was said with one that the record held before. */
function isOfInterest(dossier: Dossier, sight: Sight, registry: Registry, now: OurTime): boolean {
  return dossier.entries.length > 0 || formerOptOuts(dossier, sight, registry, now).length > 0;
}

/** Each finding changes what the next one would be: the first that finds something is recorded alone. */
function firstOf(findings: readonly (() => Decision[])[]): Decision[] {
  for (const find of findings) {
    const found = find();
    if (found.length > 0) return found;
  }
  return [];
}

/** How long HubSpot may not show a contact of which it has told. A record can be read some seconds after HubSpot told of an event of the record (public reports tell of six), ms. */
export const MAY_LAG_MS = 5 * 60_000;

/** `desired`: whether the ledger has a say on anything. A contact of whom nobody knows anything is looked for, too, if it was just created. */
function unknownToHubSpot({ entries, state, since }: Dossier, desired: 'something' | 'nothing', now: OurTime): Step {
  if (state.gone) return rest(state, now);
  const why = 'HubSpot knows no such contact';
  const newest = latest([desired === 'something' ? entries.at(-1)?.recordedAt : undefined, since]);
  const mayLag = newest !== undefined && shifted(newest, MAY_LAG_MS) > now;
  if (mayLag) return { do: 'look-again', why };
  return desired === 'something' ? { do: 'give-up', why } : rest(state, now);
}

/** First what only the passing of time decides; then HubSpot is looked at, if the ledger has a say on anything. */
function beforeLooking({ state, others }: Dossier, registry: Registry, now: OurTime): Step {
  const ended = endedWaits(state, registry, now);
  if (ended.length > 0) return { do: 'record', decisions: ended };
  // What became of a contact that is part of another one is decided by that one's ledger.
  if (state.mergedInto !== undefined) return rest(state, now);
  const desired = desiredControls(state, registry);
  const identify = others !== undefined;
  // A lift that changes nothing is made, too: the ledger then knows that it holds.
  const isDue = Object.values(state.companies).some(isLiftDue);
  if (desired.size === 0 && !identify && !isDue) return rest(state, now);
  return { do: 'look', at: { desired, identify, unknown: askedPriors(state, registry) } };
}

/** What HubSpot shows before any webhook told: the owner's return (R4, R7), an opt-out (R1), a "no" to a brand (R2). */
function shownDecisions(dossier: Dossier, sight: Sight, registry: Registry, now: OurTime): Decision[] {
  const { state } = dossier;
  return [
    ...ownersReturns(state, sight, registry),
    ...unheardOptOuts(dossier, sight, registry, now),
    ...formerOptOuts(dossier, sight, registry, now),
    ...unheardOwnNos(state, sight, registry),
  ];
}

/**
 * A record that is gone is closed, never lifted: its address may by now be another contact's, whose opt-out stands. The
 * lift stays due and is made when the record comes back.
 */
function closingsOf(desired: ReadonlyMap<ControlKey, Desired>): Map<ControlKey, Desired> {
  return new Map([...desired].filter(([, { to }]) => to === 'closed'));
}

function rest(state: ContactState, now: OurTime): Step {
  const until = nextWake(state, now);
  return { do: 'rest', ...(until !== undefined && { until }) };
}

/**
 * What convergence would end with if it recorded every decision on the way and HubSpot stayed as `sight` shows it: the plan that
 * the audit and `widerruf simulate` report. Nothing is written.
 */
export function foresee(
  dossier: Dossier,
  sight: Sight,
  registry: Registry,
  now: OurTime,
): Exclude<Step, { do: 'look' | 'record' }> {
  let known = dossier;
  let looked: Sight | undefined;
  for (;;) {
    const step = nextStep(known, looked, registry, now);
    if (step.do === 'look') looked = sight;
    else if (step.do !== 'record') return step;
    else
      known = {
        ...known,
        entries: [
          ...known.entries,
          ...step.decisions.map((decision) => asEntry(decision, known.contact, registry, now)),
        ],
        state: step.decisions.reduce((state, { changes }) => applyChanges(state, changes), known.state),
      };
  }
}

/** A decision as if it stood in the ledger: another address's view is folded from the entries. */
function asEntry(decision: Decision, contact: string, { portal }: Registry, now: OurTime): LedgerEntry {
  return {
    v: 1,
    portal,
    contact,
    seq: 0,
    recordedAt: now,
    previous: '',
    hash: '',
    ...(decision.about !== undefined && { addressHash: decision.about }),
    body: ownDecision(decision, 'converge', now),
  };
}

import type { OurTime } from '../../clocks.ts';
import { PermanentError, RetryableError } from '../../errors.ts';
import { readViews, type View } from '../../hubspot/view.ts';
import { replay } from '../../rules/evolve.ts';
import { type Dossier, nextStep, type Step, type Wanted } from '../../rules/next-step.ts';
import { wakes } from '../../rules/waits.ts';
import { recordMergeFound } from '../decide/merged.ts';
import { readDossier } from '../dossier.ts';
import { alone } from './alone.ts';
import { appendDecisions, appendPlan, settleWhatIsOver } from './append.ts';
import { carryOut, type Job } from './carry-out.ts';
import type { ConvergeDeps } from './deps.ts';
import { lookingAt } from './looking-at.ts';
import { otherLedgers } from './other-ledgers.ts';
import { handOver, handOverFormer } from './present-holder.ts';
import { isToBeLookedAtAgain, triedAgainWhileStale } from './stale-refusal.ts';

/**
 * How one contact came out. `waits`: when to look again although HubSpot holds what it must (a grace is running), earliest first.
 * `survivor`: the contact that this one became part of, of which no event told, or that holds its address now; it has to be converged.
 * `holders`: contacts that hold an address which this one held before; they have to be converged as well.
 */
export type Outcome =
  | {
      ok: true;
      closed: number;
      opened: number;
      deferred: number;
      waits: readonly OurTime[];
      survivor?: string;
      holders?: readonly string[];
    }
  /** `refused`: controls that HubSpot refuses to close. */
  | { ok: false; error: unknown; refused?: readonly string[] };

const ROUNDS = 5;

/**
 * Brings contacts to the state their ledgers demand. Level-triggered: the ledger is read anew, so order and duplicates of
 * requests do not matter. A contact succeeds only when HubSpot holds the desired state and the ledger did not move
 * meanwhile; otherwise another round looks again. `identify`: contacts whose addresses other ledgers may speak of (R8).
 */
export async function converge(
  contacts: readonly string[],
  deps: ConvergeDeps,
  identify: Identify = new Map(),
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const refused = new Set<string>();
  const lookedUp = new Map<string, OurTime | undefined>(identify);
  let open = [...new Set(contacts)];
  for (let round = 0; round < ROUNDS && open.length > 0; round++) {
    try {
      await convergeOnce(open, { ...deps, identify: lookedUp, refused }, outcomes);
    } catch (error) {
      // The whole call failed (HubSpot away, limit reached): every contact without an outcome is tried again.
      for (const contact of open) if (!outcomes.has(contact)) outcomes.set(contact, { ok: false, error });
    }
    open = open.filter((contact) => !outcomes.has(contact));
  }
  const error = new RetryableError('the ledger of this contact keeps moving');
  for (const contact of open) outcomes.set(contact, { ok: false, error });
  return outcomes;
}

/** Contacts whose addresses are looked up, and since when there is a reason to. */
export type Identify = ReadonlyMap<string, OurTime>;

type RoundDeps = ConvergeDeps & {
  /** Contacts whose addresses are looked up, and since when there is a reason to; a contact whose address turns out to have changed joins them. */
  identify: Map<string, OurTime | undefined>;
  /** Contacts of which HubSpot refused to close something in an earlier round. */
  refused: Set<string>;
};

type Looked = { dossier: Dossier; at: Wanted };

/** One round; contacts whose ledger moved are left without an outcome. */
async function convergeOnce(
  contacts: readonly string[],
  deps: RoundDeps,
  outcomes: Map<string, Outcome>,
): Promise<void> {
  const looking = await toLookAt(contacts, deps, outcomes);
  if (looking.length === 0) return;
  const jobs = await prepareAll(looking, deps, outcomes);
  await carryOut(jobs, deps, ({ dossier, holders }, finished) => {
    if (finished === 'moved' || isToBeLookedAtAgain(dossier.contact, finished, deps.refused)) return;
    const now = deps.now();
    const outcome = finished.ok
      ? { ...resting(dossier, now), ...finished, ...(holders.length > 0 && { holders }) }
      : triedAgainWhileStale(finished, dossier, now);
    outcomes.set(dossier.contact, outcome);
  });
}

/** The contacts of which HubSpot has to be looked at; the others have come out. */
async function toLookAt(
  contacts: readonly string[],
  deps: RoundDeps,
  outcomes: Map<string, Outcome>,
): Promise<Looked[]> {
  const looking: Looked[] = [];
  const found = await Promise.all(contacts.map((contact) => alone(contact, () => untilLook(contact, deps), outcomes)));
  for (const one of found) {
    if (one === 'moved' || one === 'failed') continue;
    if (one.step.do === 'look') looking.push({ dossier: one.dossier, at: one.step.at });
    else outcomes.set(one.dossier.contact, resting(one.dossier, deps.now()));
  }
  return looking;
}

/** What is to be written, of all contacts together; where nothing is, the contact has come out. */
async function prepareAll(looking: readonly Looked[], deps: RoundDeps, outcomes: Map<string, Outcome>): Promise<Job[]> {
  const wanted = new Map(looking.map(({ dossier, at }) => [dossier.contact, lookingAt(dossier, at)]));
  const views = await readViews(deps.hubspot, wanted, deps.addressKey);
  const jobs: Job[] = [];
  for (const { dossier } of looking) {
    const { contact } = dossier;
    const prepared = await alone(contact, () => prepareUnlessMerged(dossier, views.get(contact), deps), outcomes);
    if (prepared === 'moved' || prepared === 'failed') continue;
    if ('ok' in prepared) outcomes.set(contact, prepared);
    else jobs.push(prepared);
  }
  return jobs;
}

/** Reads a contact's ledger and records what only time decides, until HubSpot has to be looked at or there is nothing to do. */
async function untilLook(contact: string, deps: RoundDeps): Promise<{ dossier: Dossier; step: Step } | 'moved'> {
  const known = await readDossier(contact, deps);
  // A record that is gone holds no address: whether another record does is always looked up.
  if (known.state.gone && !deps.identify.has(contact)) deps.identify.set(contact, undefined);
  const since = deps.identify.get(contact);
  let dossier: Dossier = {
    ...known,
    ...(deps.identify.has(contact) && { others: [] }),
    ...(since !== undefined && { since }),
  };
  for (;;) {
    const step = nextStep(dossier, undefined, deps.registry, deps.now());
    if (step.do === 'rest') await settleWhatIsOver(dossier, deps);
    if (step.do !== 'record') return { dossier, step };
    const entries = await appendDecisions(dossier, step.decisions, deps);
    if (entries === 'moved') return 'moved';
    dossier = { ...dossier, entries, state: replay(entries, deps.registry) };
  }
}

/** A contact that became part of another one is linked with it; what HubSpot has to hold is the survivor's affair. */
async function prepareUnlessMerged(
  dossier: Dossier,
  view: View | undefined,
  deps: RoundDeps,
): Promise<Job | Outcome | 'moved'> {
  if (view?.survivor !== undefined) {
    await recordMergeFound(dossier.contact, view.survivor, deps);
    return { ...resting(dossier, deps.now()), survivor: view.survivor.contact };
  }
  const isLookedUp = view !== undefined && (dossier.others !== undefined || !view.sight.exists);
  const others = isLookedUp ? await otherLedgers(dossier, view, deps) : dossier.others;
  if (others === 'moved') return 'moved';
  return prepare(others === undefined ? dossier : { ...dossier, others }, view, deps);
}

/** What is to be written for a contact that was looked at; 'moved' when decisions were recorded instead, or somebody else wrote. */
async function prepare(dossier: Dossier, view: View | undefined, deps: RoundDeps): Promise<Job | Outcome | 'moved'> {
  const step = nextStep(dossier, view?.sight ?? null, deps.registry, deps.now());
  if (step.do === 'record') {
    if (step.decisions.some(({ about }) => about !== undefined))
      deps.identify.set(dossier.contact, deps.identify.get(dossier.contact));
    await appendDecisions(dossier, step.decisions, deps, view);
    return 'moved';
  }
  if (step.do === 'give-up') return { ok: false, error: new PermanentError(step.why) };
  if (step.do === 'look-again') return { ok: false, error: new RetryableError(step.why) };
  if (step.do !== 'write' || view === undefined) return settled(dossier, deps);
  const holder = await handOver(dossier, view, deps);
  if (holder === 'moved') return 'moved';
  if (holder !== undefined) return { ...resting(dossier, deps.now()), survivor: holder };
  const handed = await handOverFormer(step, { dossier, view }, deps);
  if (step.plan.writes.length === 0) return { dossier, view, ...handed };
  const entries = await appendPlan({ dossier, view }, handed.step, deps);
  return entries === 'moved' ? 'moved' : { dossier: { ...dossier, entries }, view, ...handed };
}

async function settled(dossier: Dossier, deps: RoundDeps): Promise<Outcome> {
  await settleWhatIsOver(dossier, deps);
  return resting(dossier, deps.now());
}

function resting({ state }: Dossier, now: OurTime): Extract<Outcome, { ok: true }> {
  return { ok: true, closed: 0, opened: 0, deferred: 0, waits: wakes(state, now) };
}

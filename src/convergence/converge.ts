import { hashAddress } from '../consent/address.ts';
import type { Decision } from '../consent/decision.ts';
import { type Desired, desiredControls } from '../consent/desired.ts';
import { selfServiceReturns } from '../consent/self-service.ts';
import { nextWake, settle } from '../consent/settle.ts';
import { type ContactState, isLiftDue } from '../consent/state.ts';
import { unheardOptOuts } from '../consent/unheard.ts';
import { PermanentError, RetryableError } from '../errors.ts';
import type { Draft } from '../ledger/chain.ts';
import type { AppliedEntry, LedgerEntry } from '../ledger/entry.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { replay } from '../ledger/replay.ts';
import type { ControlKey } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import { type HubSpot, readViews, type View } from './hubspot-view.ts';
import { type Plan, planWrites } from './plan.ts';
import { type WriteResults, writeAll } from './write.ts';

export type ConvergeDeps = {
  registry: Registry;
  ledger: Ledger;
  hubspot: HubSpot;
  now: () => number;
  addressKey: string;
  /** A fresh random text for salting personal data. */
  salt: () => string;
};

/** How one contact came out. `wakeAt`: when to look again although HubSpot holds what it must (a grace is running). */
export type Outcome =
  | { ok: true; closed: number; opened: number; deferred: number; wakeAt?: number }
  | { ok: false; error: unknown };

type Known = { contact: string; entries: LedgerEntry[]; state: ContactState };
type Job = Known & { desired: ReadonlyMap<ControlKey, Desired>; view: View; plan: Plan };

const ROUNDS = 4;

/**
 * Brings contacts to the state their ledgers demand. Level-triggered: the ledger is read anew, so order and duplicates of
 * requests do not matter. A contact succeeds only when HubSpot holds the desired state and the ledger did not move
 * meanwhile; otherwise another round looks again.
 */
export async function converge(contacts: readonly string[], deps: ConvergeDeps): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  let open = [...new Set(contacts)];
  for (let round = 0; round < ROUNDS && open.length > 0; round++) {
    try {
      await convergeOnce(open, deps, outcomes);
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

/** One round; contacts whose ledger moved are left without an outcome. */
async function convergeOnce(
  contacts: readonly string[],
  deps: ConvergeDeps,
  outcomes: Map<string, Outcome>,
): Promise<void> {
  const known = (await Promise.all(contacts.map((contact) => load(contact, deps)))).filter((one) => one !== 'moved');
  const wanted = new Map<string, ReadonlyMap<ControlKey, Desired>>();
  for (const { contact, state } of known) {
    const desired = desiredControls(state, deps.registry);
    if (desired.size > 0) wanted.set(contact, desired);
    else outcomes.set(contact, done(state));
  }
  if (wanted.size === 0) return;

  const views = await readViews(deps.hubspot, wanted);
  const jobs: Job[] = [];
  for (const one of known) {
    const desired = wanted.get(one.contact);
    if (desired === undefined) continue;
    const view = views.get(one.contact);
    if (view === undefined) {
      outcomes.set(one.contact, { ok: false, error: new PermanentError('HubSpot knows no such contact') });
      continue;
    }
    const learned = [selfServiceReturns, unheardOptOuts].flatMap((look) =>
      look(one.state, view.statuses, deps.registry),
    );
    if (learned.length > 0) {
      await appendDecisions(one, learned, deps);
      continue;
    }
    const plan = planWrites(desired, view.actual, deps.registry, deps.now());
    const job = { ...one, desired, view, plan };
    if (plan.writes.length > 0) {
      const intended = Object.fromEntries(plan.writes.map(({ control, value }) => [control.key, value]));
      const planned = await append(job, deps, { kind: 'planned', before: plan.before, intended });
      if (planned === 'conflict') continue;
      jobs.push({ ...job, entries: [...job.entries, planned] });
    } else jobs.push(job);
  }
  if (jobs.length === 0) return;

  const from = deps.now();
  const work = jobs.map(({ contact, view, plan }) => ({
    contact,
    writes: plan.writes,
    ...(view.address !== undefined && { address: view.address }),
  }));
  const results = await writeAll(deps.hubspot, work, deps.now);
  const span = { from, until: deps.now() };
  await Promise.all(
    jobs.map(async (job) => {
      const outcome = await finish(job, results.get(job.contact) ?? new Map(), span, deps);
      if (outcome !== 'moved') outcomes.set(job.contact, outcome);
    }),
  );
}

async function load(contact: string, deps: ConvergeDeps): Promise<Known | 'moved'> {
  const entries = await deps.ledger.read({ portal: deps.registry.portal, contact });
  const known = { contact, entries, state: replay(entries, deps.registry) };
  const due = settle(known.state, deps.registry, deps.now());
  if (due.length === 0) return known;
  const settled = await appendDecisions(known, due, deps);
  return settled === 'conflict' ? 'moved' : { contact, entries: settled, state: replay(settled, deps.registry) };
}

async function appendDecisions(
  { contact, entries }: Known,
  decisions: readonly Decision[],
  deps: ConvergeDeps,
): Promise<LedgerEntry[] | 'conflict'> {
  let grown = entries;
  for (const decision of decisions) {
    const now = deps.now();
    const appended = await deps.ledger.append({ portal: deps.registry.portal, contact }, grown.at(-1), {
      recordedAt: now,
      body: { kind: 'decision', occurredAt: now, converge: true, ...decision },
    });
    if (appended === 'conflict') return 'conflict';
    grown = [...grown, appended];
  }
  return grown;
}

/** Records what was written; 'moved' when a newer decision came meanwhile, which another round has to look at. */
async function finish(
  job: Job,
  results: WriteResults,
  span: { from: number; until: number },
  deps: ConvergeDeps,
): Promise<Outcome | 'moved'> {
  const { state, plan } = job;
  const entry: AppliedEntry = {
    kind: 'applied',
    before: plan.before,
    after: { ...plan.before },
    written: {},
    lifted: {},
  };
  const leftAsIs: Record<ControlKey, string> = {};
  let failure: unknown;
  for (const { control, value, direction } of plan.writes) {
    const result = results.get(control.key);
    if (result !== undefined && 'at' in result) {
      entry.after[control.key] = value;
      entry.written[control.key] = { direction, at: result.at, ...span };
      continue;
    }
    const error = result?.error ?? 'it could not be written';
    const refused = error === 'VALIDATION_ERROR';
    // A control that cannot be reopened stays closed: that is never the worse side.
    if (refused && direction === 'open') leftAsIs[control.key] = error;
    else if (refused) failure ??= new PermanentError(`HubSpot refuses to close ${control.key}`);
    else failure = new RetryableError(`${control.key}: ${error}`);
  }
  if (failure !== undefined) return { ok: false, error: failure };

  for (const [company, current] of Object.entries(state.companies)) {
    if (isLiftDue(current) && current.optOut !== undefined) entry.lifted[company] = current.optOut.at;
  }
  for (const key of job.desired.keys()) {
    if (key in plan.before) continue;
    if (job.view.address !== undefined) {
      return { ok: false, error: new RetryableError('HubSpot did not give the statuses of the contact’s address') };
    }
    leftAsIs[key] = 'the contact has no address, so no statuses';
  }
  if (Object.keys(leftAsIs).length > 0) entry.leftAsIs = leftAsIs;

  if (state.unconverged || plan.writes.length > 0) {
    const appended = await append(job, deps, entry);
    if (appended === 'conflict') return 'moved';
  }
  const count = (direction: 'closed' | 'open') => plan.writes.filter((write) => write.direction === direction).length;
  return { ...done(state), closed: count('closed'), opened: count('open'), deferred: plan.deferred.length };
}

function append(job: Job, deps: ConvergeDeps, body: Draft['body']): Promise<LedgerEntry | 'conflict'> {
  const { address } = job.view;
  return deps.ledger.append({ portal: deps.registry.portal, contact: job.contact }, job.entries.at(-1), {
    recordedAt: deps.now(),
    body,
    ...(address !== undefined && {
      addressHash: hashAddress(deps.addressKey, address),
      personal: { salt: deps.salt(), address },
    }),
  });
}

function done(state: ContactState): Extract<Outcome, { ok: true }> {
  const wakeAt = nextWake(state);
  return { ok: true, closed: 0, opened: 0, deferred: 0, ...(wakeAt !== undefined && { wakeAt }) };
}

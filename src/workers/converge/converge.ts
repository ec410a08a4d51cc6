import { hashAddress } from '../../address.ts';
import { PermanentError, RetryableError } from '../../errors.ts';
import type { HubSpot } from '../../hubspot/hubspot.ts';
import { readViews, type View, type Wanted } from '../../hubspot/view.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ControlKey } from '../../registry/control.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Decision } from '../../rules/decision.ts';
import { type Desired, desiredControls, restorableAt } from '../../rules/desired.ts';
import type { LedgerEntry } from '../../rules/entry.ts';
import { replay } from '../../rules/evolve.ts';
import { planWrites } from '../../rules/plan.ts';
import { planOthers } from '../../rules/r8-other-addresses.ts';
import { selfServiceReturns } from '../../rules/self-service.ts';
import { nextWake, settle } from '../../rules/settle.ts';
import type { ContactState } from '../../rules/state.ts';
import { unheardOptOuts, unheardOwnNos } from '../../rules/unheard.ts';
import { appendAbout, finish, type Job } from './finish.ts';
import { inheritedDecisions } from './identify.ts';
import { writeAll } from './write.ts';

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

export type Known = { contact: string; entries: LedgerEntry[]; state: ContactState };

const ROUNDS = 5;

/**
 * Brings contacts to the state their ledgers demand. Level-triggered: the ledger is read anew, so order and duplicates of
 * requests do not matter. A contact succeeds only when HubSpot holds the desired state and the ledger did not move
 * meanwhile; otherwise another round looks again. `identify`: contacts whose addresses other ledgers may speak of (R8).
 */
export async function converge(
  contacts: readonly string[],
  deps: ConvergeDeps,
  identify: ReadonlySet<string> = new Set(),
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  let open = [...new Set(contacts)];
  for (let round = 0; round < ROUNDS && open.length > 0; round++) {
    try {
      await convergeOnce(open, identify, deps, outcomes);
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
  identify: ReadonlySet<string>,
  deps: ConvergeDeps,
  outcomes: Map<string, Outcome>,
): Promise<void> {
  const known = (await Promise.all(contacts.map((contact) => load(contact, deps)))).filter((one) => one !== 'moved');
  const wanted = new Map<string, Wanted>();
  for (const { contact, entries, state } of known) {
    const desired = desiredControls(state, deps.registry);
    // A contact that became part of another one is that one's affair.
    if (state.mergedInto === undefined && (desired.size > 0 || identify.has(contact))) {
      const remembered = entries.findLast(({ personal }) => personal?.address !== undefined)?.personal?.address;
      wanted.set(contact, {
        desired,
        identify: identify.has(contact),
        ...(remembered !== undefined && { remembered }),
      });
    } else outcomes.set(contact, done(state));
  }
  if (wanted.size === 0) return;

  const views = await readViews(deps.hubspot, wanted);
  const jobs: Job[] = [];
  for (const one of known) {
    const { desired: wishes } = wanted.get(one.contact) ?? {};
    if (wishes === undefined) continue;
    const view = views.get(one.contact);
    if (view === undefined) {
      const error = new PermanentError('HubSpot knows no such contact');
      outcomes.set(one.contact, one.state.gone || wishes.size === 0 ? done(one.state) : { ok: false, error });
      continue;
    }
    const inherited = identify.has(one.contact) ? await inheritedDecisions(one, addressesOf(view), deps) : [];
    const learned =
      inherited.length > 0
        ? inherited
        : [
            ...selfServiceReturns(one.state, view.statuses, deps.registry),
            ...unheardOptOuts(one.state, view, deps.registry, deps.now()),
            ...unheardOwnNos(one.state, view, deps.registry),
          ];
    if (learned.length > 0) {
      await appendDecisions(one, learned, deps);
      continue;
    }
    const hash = view.address === undefined ? undefined : hashAddress(deps.addressKey, view.address);
    const desired = view.exists ? restorableAt(hash, wishes, one.state) : closingsOf(wishes);
    const plan = planWrites(desired, view.actual, deps.registry, deps.now());
    const job: Job = { ...one, desired, view, plan, others: planOthers(desired, view, deps.registry, deps.now()) };
    if (plan.writes.length > 0) {
      const intended = Object.fromEntries(plan.writes.map(({ control, value }) => [control.key, value]));
      const planned = await appendAbout(job, deps, { kind: 'planned', before: plan.before, intended });
      if (planned === 'conflict') continue;
      jobs.push({ ...job, entries: [...job.entries, planned] });
    } else jobs.push(job);
  }
  if (jobs.length === 0) return;

  const from = deps.now();
  const results = await writeAll(deps.hubspot, jobs);
  const span = { from, until: deps.now() };
  await Promise.all(
    jobs.map(async (job) => {
      const outcome = await finish(job, results.get(job.contact) ?? new Map(), span, deps);
      if (outcome !== 'moved') outcomes.set(job.contact, outcome.ok ? { ...done(job.state), ...outcome } : outcome);
    }),
  );
}

/**
 * A record that is gone is closed, never lifted: its address may by now be another contact's, whose opt-out stands. The
 * lift stays due and is made when the record comes back.
 */
function closingsOf(wishes: ReadonlyMap<ControlKey, Desired>): Map<ControlKey, Desired> {
  return new Map([...wishes].filter(([, { to }]) => to === 'closed'));
}

function addressesOf({ address, others }: View): string[] {
  return address === undefined ? others : [address, ...others];
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

function done(state: ContactState): Extract<Outcome, { ok: true }> {
  const wakeAt = nextWake(state);
  return { ok: true, closed: 0, opened: 0, deferred: 0, ...(wakeAt !== undefined && { wakeAt }) };
}

import { hashAddress } from '../../address.ts';
import { PermanentError, RetryableError } from '../../errors.ts';
import type { View } from '../../hubspot/view.ts';
import type { Draft } from '../../ledger/chain.ts';
import type { ControlKey } from '../../registry/control.ts';
import type { Desired } from '../../rules/desired.ts';
import type { AppliedEntry, LedgerEntry } from '../../rules/entry.ts';
import { replay } from '../../rules/evolve.ts';
import type { ControlWrite, Plan } from '../../rules/plan.ts';
import { PROTECTED } from '../../rules/r3-protected.ts';
import { type ContactState, isLiftDue } from '../../rules/state.ts';
import type { ConvergeDeps, Known } from './converge.ts';
import { otherKey, type WriteResults } from './write.ts';

/** One contact's work in a round. */
export type Job = Known & {
  desired: ReadonlyMap<ControlKey, Desired>;
  view: View;
  plan: Plan;
  /** Closings at the person's other addresses. */
  others: { address: string; write: ControlWrite }[];
};

export type Finished = { ok: true; closed: number; opened: number; deferred: number } | { ok: false; error: unknown };

/**
 * Records what was written; 'moved' when a newer decision came meanwhile, which another round has to look at.
 * A contact is finished only when HubSpot confirmed every closing.
 */
export async function finish(
  job: Job,
  results: WriteResults,
  span: { from: number; until: number },
  deps: ConvergeDeps,
): Promise<Finished | 'moved'> {
  const { state, plan, others, view } = job;
  const { entry, leftAsIs, failure } = sortOut(job, results, span);
  if (failure !== undefined) {
    await recordUnfinished(job, entry, deps);
    return { ok: false, error: failure };
  }
  const unreadable = unreadControls(job);
  if (unreadable instanceof RetryableError) return { ok: false, error: unreadable };
  Object.assign(leftAsIs, unreadable);

  for (const [company, current] of view.exists ? Object.entries(state.companies) : []) {
    if (isLiftDue(current) && current.optOut !== undefined) entry.lifted[company] = current.optOut.at;
  }
  if (Object.keys(leftAsIs).length > 0) entry.leftAsIs = leftAsIs;
  let { entries } = job;
  if (state.unconverged || plan.writes.length > 0) {
    const appended = await appendAbout(job, deps, entry);
    if (appended === 'conflict') {
      await recordUnfinished(job, entry, deps);
      return 'moved';
    }
    entries = [...entries, appended];
  }
  if ((await rememberOthers({ ...job, entries }, deps)) === 'conflict') return 'moved';
  const count = (direction: 'closed' | 'open') => plan.writes.filter((write) => write.direction === direction).length;
  return { ok: true, closed: count('closed') + others.length, opened: count('open'), deferred: plan.deferred.length };
}

const TRIES = 5;

/** What was written stays a fact, whatever came meanwhile or failed beside it: otherwise its echo would pass for the person's "no". */
async function recordUnfinished(job: Job, { lifted: _, ...entry }: AppliedEntry, deps: ConvergeDeps): Promise<void> {
  if (Object.keys(entry.written).length === 0) return;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const entries = await deps.ledger.read({ portal: deps.registry.portal, contact: job.contact });
    // It may have been erased meanwhile: then nothing personal comes back in.
    const state = replay(entries, deps.registry);
    const appended = await appendAbout({ ...job, entries, state }, deps, { ...entry, lifted: {}, unfinished: true });
    if (appended !== 'conflict') return;
  }
  throw new RetryableError('the ledger of this contact is contended');
}

/** What HubSpot took and what it refused. */
function sortOut({ plan, others }: Job, results: WriteResults, span: { from: number; until: number }) {
  const entry: AppliedEntry = {
    kind: 'applied',
    before: plan.before,
    after: { ...plan.before },
    written: {},
    lifted: {},
  };
  const leftAsIs: Record<ControlKey, string> = {};
  let failure: unknown;
  const failed = (key: string, error: string, direction: 'closed' | 'open') => {
    const refused = error === 'VALIDATION_ERROR' || error === PROTECTED;
    // A control that cannot be reopened stays closed: that is never the worse side.
    if (refused && direction === 'open') leftAsIs[key] = error;
    else if (refused) failure ??= new PermanentError(`HubSpot refuses to close ${key}`);
    else failure = new RetryableError(`${key}: ${error}`);
  };
  for (const { control, value, direction } of plan.writes) {
    const result = results.get(control.key);
    if (result !== undefined && 'thrown' in result) failure = result.thrown;
    else if (result !== undefined && 'at' in result) {
      entry.after[control.key] = value;
      if (result.at !== undefined) entry.written[control.key] = { direction, at: result.at, ...span };
    } else failed(control.key, result?.error ?? 'it could not be written', direction);
  }
  others.forEach(({ write }, i) => {
    const result = results.get(otherKey(write, i));
    if (result !== undefined && 'thrown' in result) failure = result.thrown;
    else if (result === undefined || 'error' in result) {
      failed(`${write.control.key} of another address`, result?.error ?? 'it could not be written', 'closed');
    }
  });
  return { entry, leftAsIs, failure };
}

/** Controls that could not be seen: passing trouble, or the reason why there is nothing to see. */
function unreadControls({ desired, plan, view }: Job): Record<ControlKey, string> | RetryableError {
  const unseen: Record<ControlKey, string> = {};
  for (const [key, { control }] of desired) {
    if (key in plan.before) continue;
    if (control.control.kind === 'property') unseen[key] = 'HubSpot has no such contact any more';
    else if (view.address === undefined) unseen[key] = 'the contact has no address, so no statuses';
    else return new RetryableError('HubSpot did not give the statuses of the contact’s address');
  }
  return unseen;
}

/** The person's other addresses go into the index, so that a contact re-created under one of them is found. */
async function rememberOthers(job: Job, deps: ConvergeDeps): Promise<'done' | 'conflict'> {
  if (Object.values(job.state.companies).every(({ optOut }) => optOut === undefined)) return 'done';
  let { entries } = job;
  const known = new Set(entries.map(({ addressHash }) => addressHash));
  for (const address of job.view.others) {
    if (known.has(hashAddress(deps.addressKey, address))) continue;
    const now = deps.now();
    const appended = await appendAbout({ ...job, entries, view: { ...job.view, address } }, deps, {
      kind: 'decision',
      rule: 'R8',
      outcome: 'noted',
      reason: 'another address of the person: the opt-out holds for it too',
      occurredAt: now,
      changes: [],
      converge: false,
    });
    if (appended === 'conflict') return 'conflict';
    entries = [...entries, appended];
  }
  return 'done';
}

/** Appends an entry about the contact's address: its keyed hash in the index, the address itself beside the chain. */
export function appendAbout(
  {
    contact,
    entries,
    view,
    state,
  }: { contact: string; entries: readonly LedgerEntry[]; view: View; state: ContactState },
  deps: ConvergeDeps,
  body: Draft['body'],
): Promise<LedgerEntry | 'conflict'> {
  const { address } = view;
  return deps.ledger.append({ portal: deps.registry.portal, contact }, entries.at(-1), {
    recordedAt: deps.now(),
    body,
    ...(address !== undefined && {
      addressHash: hashAddress(deps.addressKey, address),
      // After a GDPR deletion nothing personal comes back in.
      ...(state.erased !== true && { personal: { salt: deps.salt(), address } }),
    }),
  });
}

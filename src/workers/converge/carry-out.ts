import type { OurTime } from '../../clocks.ts';
import type { View } from '../../hubspot/view.ts';
import type { Dossier, Write } from '../../rules/next-step.ts';
import { entryOf, type WriteResults } from '../../rules/written.ts';
import { appendApplied, appendFacts, appendOtherAddresses } from './append.ts';
import type { ConvergeDeps } from './deps.ts';
import { writeAll } from './write.ts';

/** One contact's work in a round. `holders`: contacts that hold an address which this one held before; they are to be converged, too. */
export type Job = { dossier: Dossier; view: View; step: Write; holders: readonly string[] };

/** How one contact's work came out; 'moved' when a newer decision came meanwhile, which another round has to look at. */
type Finished =
  | { ok: true; closed: number; opened: number; deferred: number }
  | { ok: false; error: unknown; refused?: readonly string[] }
  | 'moved';

/** Writes all contacts' plans together and records what HubSpot took. */
export async function carryOut(
  jobs: readonly Job[],
  deps: ConvergeDeps,
  tell: (job: Job, finished: Finished) => void,
): Promise<void> {
  if (jobs.length === 0) return;
  const from = deps.now();
  const results = await writeAll(deps.hubspot, jobs);
  const span = { from, until: deps.now() };
  await Promise.all(
    jobs.map(async (job) => tell(job, await finish(job, results.get(job.dossier.contact) ?? new Map(), span, deps))),
  );
}

async function finish(
  job: Job,
  results: WriteResults,
  span: { from: OurTime; until: OurTime },
  deps: ConvergeDeps,
): Promise<Finished> {
  const { dossier, view, step } = job;
  const { state } = dossier;
  const recorded = entryOf({ step, state, sight: view.sight, span }, results, deps.registry);
  if ('failure' in recorded) {
    await appendFacts(job, recorded.entry, deps);
    const { refused } = recorded.entry;
    return { ok: false, error: recorded.failure, ...(refused !== undefined && { refused: Object.keys(refused) }) };
  }
  let { entries } = dossier;
  const isNews = Object.keys(recorded.entry.lifted).length > 0 || step.plan.writes.length > 0;
  if (state.unconverged || isNews) {
    const appended = await appendApplied(job, recorded.entry, deps);
    if (appended === 'moved') {
      await appendFacts(job, recorded.entry, deps);
      return 'moved';
    }
    entries = appended;
  }
  if ((await appendOtherAddresses({ dossier: { ...dossier, entries }, view }, deps)) === 'moved') return 'moved';
  return { ok: true, ...countsOf(step) };
}

function countsOf({ plan, also }: Write) {
  const count = (direction: 'closed' | 'open') => plan.writes.filter((write) => write.direction === direction).length;
  return { closed: count('closed') + also.length, opened: count('open'), deferred: plan.deferred.length };
}

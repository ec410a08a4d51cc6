import { millis } from '../../clocks.ts';
import { readPortalInfo } from '../../hubspot/portal-info.ts';
import type { SubmissionLists } from '../../hubspot/submissions.ts';
import { unlessUnseen } from '../../hubspot/unseen.ts';
import { type AuditRequest, EXAMPLES } from '../../queues/audit-request.ts';
import { closingsOf } from '../../rules/drift.ts';
import { findGaps, findUnreadableLists } from './coverage.ts';
import type { AuditDeps } from './deps.ts';
import { type Examined, examine } from './examine.ts';
import { nextPage, note } from './page.ts';
import { repair } from './repair.ts';

/** How many gaps a report names one by one; a run has to fit into a message of SQS (256 KB). */
const MOST_GAPS = 300;

type Run = AuditRequest & { startedAt: number };

/**
 * Goes on with a run from where `from` says, page by page, until the end or until `mayGoOn` says no. Returns where the
 * run stands; the run is `done` when every contact was looked at. Repairs of a page are queued before the next one is read.
 */
export async function audit(
  from: AuditRequest,
  deps: AuditDeps,
  mayGoOn: () => boolean,
): Promise<{ done: boolean; run: Run }> {
  const run: Run = {
    ...from,
    startedAt: from.startedAt ?? millis(deps.now()),
    counts: { ...from.counts },
    closings: { ...from.closings },
  };
  const withLists = { ...deps, lists: deps.hubspot.submissionLists() };
  if (from.startedAt === undefined) await coverage(run, withLists);
  while (mayGoOn()) {
    const { contacts, last, more } = await nextPage(run, deps);
    const examined = await examine(contacts, run, withLists);
    if (deps.mode === 'repair') await repair(examined, run, deps);
    count(run, examined, deps);
    run.contacts += contacts.length;
    run.after = last ?? run.after;
    if (!more) return { done: true, run };
  }
  return { done: false, run };
}

/** What the portal has and the registry does not know, as far as HubSpot shows it. */
async function coverage(run: Run, { lists, ...deps }: AuditDeps & { lists: SubmissionLists }): Promise<void> {
  const info = await readPortalInfo(deps.hubspot.send);
  const listed = await unlessUnseen('submissions', () => findUnreadableLists(lists, deps));
  const gaps = [...findGaps(info, deps.registry), ...('seen' in listed ? listed.seen : [])];
  run.coverage = gaps.slice(0, MOST_GAPS);
  for (const { kind } of gaps) run.counts[kind] = (run.counts[kind] ?? 0) + 1;
  for (const unseen of [...info.unseen, ...('unseen' in listed ? [listed.unseen] : [])]) note(run, unseen);
}

function count(run: Run, examined: readonly Examined[], { registry }: AuditDeps): void {
  const findings = examined.flatMap((one) => one.findings);
  for (const { kind } of findings) run.counts[kind] = (run.counts[kind] ?? 0) + 1;
  for (const one of examined) {
    for (const place of closingsOf(one.findings, one.properties, registry)) {
      run.closings[place] = (run.closings[place] ?? 0) + 1;
    }
  }
  run.examples = [...run.examples, ...findings].slice(0, EXAMPLES);
}

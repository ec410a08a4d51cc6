import { millis } from '../../clocks.ts';
import { readPortalInfo } from '../../hubspot/portal-info.ts';
import { contactsAfter, SEARCH_PAGE } from '../../hubspot/search.ts';
import { type AuditRequest, EXAMPLES } from '../../queues/audit-request.ts';
import { auditedProperties, closingsOf } from '../../rules/drift.ts';
import { findGaps, findUnreadableLists } from './coverage.ts';
import type { AuditDeps } from './deps.ts';
import { type Examined, examine } from './examine.ts';
import { repair } from './repair.ts';

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
  const lists = deps.hubspot.submissionLists();
  if (from.startedAt === undefined) {
    const gaps = findGaps(await readPortalInfo(deps.hubspot.send), deps.registry);
    run.coverage = [...gaps, ...(await findUnreadableLists(lists, deps))];
  }
  const withLists = { ...deps, lists };
  const properties = auditedProperties(deps.registry);
  while (mayGoOn()) {
    const page = await contactsAfter(deps.search, run.after, properties);
    const examined = await examine(page, withLists);
    if (deps.mode === 'repair') await repair(examined, deps);
    count(run, examined, deps);
    run.contacts += page.length;
    run.after = page.at(-1)?.id ?? run.after;
    if (page.length < SEARCH_PAGE) return { done: true, run };
  }
  return { done: false, run };
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

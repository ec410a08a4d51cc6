import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Coverage, type Kept } from './coverage.ts';
import { instrument } from './instrument.ts';

/** What one run of seeds reached, as kept in a file. `command`: how it was made. */
type Run = { command: string; from: number; seeds: number; clauses: readonly string[]; reached: Kept };

/**
 * Plays seeds and writes what was reached: as a page of Markdown, or, where the file ends in `.json`, as counts that {@link pageOfRuns} adds
 * up. A seed that breaks an invariant is named and ends the play with exit code 1; what such a seed reached counts, too.
 */
export async function cover(file: string, from: number, seeds: number): Promise<void> {
  const coverage = new Coverage();
  instrument(coverage);
  const { clauseNames: clauses, listenToClauses } = await import('./clauses.ts');
  const { play } = await import('../run.ts');
  const { scenarioOf } = await import('../seed.ts');
  listenToClauses(coverage.answered);
  const began = performance.now();
  for (let seed = from; seed < from + seeds; seed++) {
    const { violation } = await play(scenarioOf(seed), coverage);
    if (violation === undefined) continue;
    process.stdout.write(`seed ${seed}: ${violation.message}\n`);
    process.exitCode = 1;
  }
  const command = `npm run simulate -- --coverage ${basename(file)} --seeds ${seeds}${from === 1 ? '' : ` --from ${from}`}`;
  const run: Run = { command, from, seeds, clauses, reached: coverage.kept() };
  if (file.endsWith('.json')) writeFileSync(file, JSON.stringify(run));
  else await writePage(file, [run]);
  const perSecond = (seeds * 1000) / (performance.now() - began);
  process.stdout.write(`${seeds} seeds from ${from}: written to ${file}; ${perSecond.toFixed(1)} seeds per second\n`);
}

/** Adds up what several runs reached (files that `--coverage` wrote) and writes the page. @throws Error where a file cannot be read */
export async function pageOfRuns(file: string, runs: readonly string[]): Promise<void> {
  await writePage(
    file,
    runs.map((one) => JSON.parse(readFileSync(one, 'utf8')) as Run),
  );
}

async function writePage(file: string, runs: readonly Run[]): Promise<void> {
  const { reportOf } = await import('./report.ts');
  const coverage = new Coverage();
  for (const { reached } of runs) coverage.add(reached);
  writeFileSync(file, reportOf(coverage, runs[0]?.clauses ?? [], runs));
}

import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Again, chooser } from './again.ts';
import { Coverage, type Kept } from './coverage.ts';
import { instrument } from './instrument.ts';

/** What one run of seeds reached, as kept in a file. `command`: how it was made. */
type Run = Played & { command: string; clauses: readonly string[]; reached: Kept };

/** Which seeds are played, and how many of their scenarios once more. */
export type Played = { from: number; seeds: number; again: number };

/**
 * Plays seeds and writes what was reached: as a page of Markdown, or, where the file ends in `.json`, as counts that {@link pageOfRuns} adds
 * up. Then plays `again` scenarios of these seeds with other chance, which reached what was reached seldom. A play that breaks an invariant is named and
 * ends in exit code 1; what such a play reached counts, too.
 */
export async function cover(file: string, { from, seeds, again }: Played): Promise<void> {
  const coverage = new Coverage();
  instrument(coverage);
  const { clauseNames: clauses, listenToClauses } = await import('./clauses.ts');
  const { play } = await import('../run.ts');
  const { scenarioOf } = await import('../seed.ts');
  listenToClauses(coverage.answered);
  const began = performance.now();
  const cover = async ({ seed, chance }: Pick<Again, 'seed'> & Partial<Again>) => {
    coverage.playing(seed);
    const scenario = scenarioOf(seed);
    const { violation } = await play(chance === undefined ? scenario : { ...scenario, seed: chance }, coverage);
    if (violation === undefined) return;
    const how = chance === undefined ? '' : ` --chance ${chance}`;
    process.stdout.write(`seed ${seed}${how}: ${violation.message}\n`);
    process.exitCode = 1;
  };
  for (let seed = from; seed < from + seeds; seed++) await cover({ seed });
  const choose = chooser(coverage, from + seeds);
  let played = seeds;
  for (let next = choose(); next !== undefined && played < seeds + again; next = choose()) {
    await cover(next);
    played++;
  }
  const command = `npm run simulate -- --coverage ${basename(file)} --seeds ${seeds}${from === 1 ? '' : ` --from ${from}`}${again === 0 ? '' : ` --again ${again}`}`;
  const run: Run = { command, from, seeds, again: played - seeds, clauses, reached: coverage.kept() };
  if (file.endsWith('.json')) writeFileSync(file, JSON.stringify(run));
  else await writePage(file, [run]);
  const perSecond = (played * 1000) / (performance.now() - began);
  process.stdout.write(`${played} plays from seed ${from}: written to ${file}; ${perSecond.toFixed(1)} a second\n`);
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

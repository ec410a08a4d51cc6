import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { nothingKnown } from '../../src/rules/state.ts';
import { chooser } from './reached/again.ts';
import { clauseNames } from './reached/clauses.ts';
import { Coverage } from './reached/coverage.ts';
import { reportOf } from './reached/report.ts';

const verdict = { kind: 'ignored', because: 'duplicate', follow: 'nothing' } as const;
const ROW = 'decide → ignored as duplicate';

test('a meeting counts for each fault that has struck since the last calm, and for no other', () => {
  const coverage = new Coverage();
  coverage.decided(verdict, nothingKnown);
  coverage.strikes('crash');
  coverage.strikes('late');
  coverage.decided(verdict, nothingKnown);
  coverage.calmed();
  coverage.decided(verdict, nothingKnown);
  const counts = ['none', 'crash', 'late'].map((fault) => coverage.count(ROW, 'nothing said', fault));
  expect({ counts, total: coverage.total(ROW, 'nothing said') }).toEqual({ counts: [2, 1, 1], total: 3 });
});

test('the report names what was never met and what was met seldom', () => {
  const coverage = new Coverage();
  coverage.strikes('crash');
  for (let n = 0; n < 100; n++) coverage.decided(verdict, nothingKnown);
  coverage.calmed();
  coverage.decided(verdict, nothingKnown);
  const report = reportOf(coverage, ['R1 companyOptOut'], [{ command: 'npm run simulate', seeds: 1, from: 1 }]);
  expect(report).toContain('Clauses that never answered: R1 companyOptOut.');
  expect(report).toContain(`- ${ROW}, nothing said: seldom with none 1`);
  expect(report).toContain(`- ${ROW}, audit: never`);
});

test('what several runs met is added up', () => {
  const coverage = new Coverage();
  coverage.strikes('crash');
  coverage.decided(verdict, nothingKnown);
  const both = new Coverage();
  for (const _ of [1, 2]) both.add(coverage.kept());
  expect([both.count(ROW, 'nothing said', 'crash'), both.total(ROW, 'nothing said')]).toEqual([2, 2]);
  expect([...both.faults]).toEqual(['none', 'crash']);
});

test('what was met seldom is played again, the rarest first, each time with chance of its own, until it was met often', () => {
  const coverage = new Coverage();
  const meet = (seed: number, fault: string, times: number) => {
    coverage.playing(seed);
    coverage.strikes(fault);
    for (let n = 0; n < times; n++) coverage.decided(verdict, nothingKnown);
    coverage.calmed();
  };
  meet(1, 'crash', 100);
  meet(2, 'late', 3);
  meet(3, 'late', 1);
  meet(4, 'lost', 2);
  const choose = chooser(coverage, 1000);
  const seeds = [choose(), choose(), choose(), choose()];
  expect(seeds).toEqual([
    { seed: 4, chance: 1000 },
    { seed: 2, chance: 1001 },
    { seed: 4, chance: 1002 },
    { seed: 3, chance: 1003 },
  ]);
  meet(5, 'late', 96);
  meet(5, 'lost', 98);
  expect(choose()).toBeUndefined();
});

test('what so many plays do not meet often gives way', () => {
  const coverage = new Coverage();
  coverage.playing(7);
  coverage.decided(verdict, nothingKnown);
  const choose = chooser(coverage, 1);
  const chosen = Array.from({ length: 401 }, choose);
  expect([chosen.filter((one) => one?.seed === 7).length, chosen.at(-1)]).toEqual([400, undefined]);
});

test('the clauses have names, each its own', () => {
  expect(clauseNames).toContain('R1 companyOptOut');
  expect(new Set(clauseNames).size).toBe(clauseNames.length);
});

test('`--coverage` keeps what the seeds reached, and `--report` makes a page of several such runs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coverage-'));
  const simulate = (...args: string[]) =>
    promisify(execFile)(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args]);
  try {
    const file = join(folder, 'reached.md');
    const runs = ['a.json', 'b.json'].map((name) => join(folder, name));
    await simulate('--coverage', runs[0] as string, '--seeds', '5');
    await simulate('--coverage', runs[1] as string, '--seeds', '5', '--from', '6', '--again', '3');
    await simulate('--report', file, ...runs);
    const page = readFileSync(file, 'utf8');
    expect(page).toContain('the seeds 1 to 5, 6 to 10, and 3 plays of their scenarios with other chance.');
    for (const row of ['R1 companyOptOut → R1 opted-out', 'nextStep → close', 'nextStep → look']) {
      const line = page.split('\n').find((one) => one.startsWith(`| ${row} |`)) ?? '';
      expect(line, row).toMatch(/[1-9]/);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

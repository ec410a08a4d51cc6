import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { nothingKnown } from '../../src/rules/state.ts';
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
  const report = reportOf(coverage, ['R1 companyOptOut'], { command: 'npm run simulate', seeds: 1, from: 1 });
  expect(report).toContain('Clauses that never answered: R1 companyOptOut.');
  expect(report).toContain(`- ${ROW}, nothing said: seldom with none 1`);
  expect(report).toContain(`- ${ROW}, audit: never`);
});

test('the clauses have names, each its own', () => {
  expect(clauseNames).toContain('R1 companyOptOut');
  expect(new Set(clauseNames).size).toBe(clauseNames.length);
});

test('`--coverage` writes what the seeds reached', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coverage-'));
  try {
    const file = join(folder, 'reached.md');
    const args = [join(import.meta.dirname, 'main.ts'), '--coverage', file, '--seeds', '10'];
    await promisify(execFile)(process.execPath, args);
    const page = readFileSync(file, 'utf8');
    for (const row of ['R1 companyOptOut → R1 opted-out', 'nextStep → close', 'nextStep → look']) {
      const line = page.split('\n').find((one) => one.startsWith(`| ${row} |`)) ?? '';
      expect(line, row).toMatch(/[1-9]/);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

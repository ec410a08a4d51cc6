import { ENOUGH } from './again.ts';
import { type Coverage, NO_FAULT } from './coverage.ts';
import { PHASES, type Phase } from './phases.ts';

/** How the counts were made. `again`: so many scenarios of these seeds were played with other chance. */
export type Made = { command: string; seeds: number; from: number; again?: number };

/** The counts as a page of Markdown. `clauses`: those that there are, so that one that never answered is named. */
export function reportOf(coverage: Coverage, clauses: readonly string[], made: readonly Made[]): string {
  const rows = [...coverage.counts.keys()].toSorted();
  const faults = [
    NO_FAULT,
    ...[...coverage.faults].filter((fault) => fault !== NO_FAULT).toSorted((a, b) => (a < b ? -1 : 1)),
  ];
  const silent = clauses.filter((clause) => !rows.some((row) => row.startsWith(`${clause} →`)));
  return `# What the simulation reached

Written by ${made.map(({ command }) => `\`${command}\``).join(', ')}: the seeds ${made.map(seedsOf).join(', ')}.

Each row is a clause of the table of precedence (\`src/rules/decide.ts\`) with its verdict, or what the planner \`nextStep\`
(\`src/rules/next-step.ts\`) said. A fault is counted where it had really struck in the play since its last calm, so that one meeting counts for several
faults; \`${NO_FAULT}\`: none had. The phase is the first that fits (\`test/simulation/reached/phases.ts\`): an audit runs; a write of ours is planned and not yet
confirmed; a company's opt-out stands; there was one and none stands; nothing was said yet. What cannot be is listed as never reached like the rest.

${summary(coverage, rows, faults)}
${silent.length === 0 ? 'Every clause answered.' : `Clauses that never answered: ${silent.join(', ')}.`}

## By phase

${table(
  ['', ...PHASES],
  rows.map((row) => [row, ...PHASES.map((phase) => coverage.total(row, phase))]),
)}

## By fault

${table(
  ['', ...faults],
  rows.map((row) => [row, ...faults.map((fault) => sum(PHASES.map((phase) => coverage.count(row, phase, fault))))]),
)}

## Never reached, or less than ${ENOUGH} times

${rows.flatMap((row) => PHASES.flatMap((phase) => gapsOf({ row, phase }, faults, coverage))).join('\n')}
`;
}

function seedsOf({ seeds, from, again = 0 }: Made): string {
  return `${from} to ${from + seeds - 1}${again === 0 ? '' : `, and ${again} plays of their scenarios with other chance`}`;
}

function summary(coverage: Coverage, rows: readonly string[], faults: readonly string[]): string {
  const counts = rows.flatMap((row) =>
    PHASES.flatMap((phase) => faults.map((fault) => coverage.count(row, phase, fault))),
  );
  const never = counts.filter((n) => n === 0).length;
  const enough = counts.filter((n) => n >= ENOUGH).length;
  const seldom = counts.length - never - enough;
  return `${counts.length} combinations of row, phase and fault: ${enough} reached ${ENOUGH} times or more, ${seldom} less often, ${never} never.`;
}

/** A phase in which a row was never met is named alone; else the faults with which it was met never or seldom. */
function gapsOf(
  { row, phase }: { row: string; phase: Phase },
  faults: readonly string[],
  coverage: Coverage,
): string[] {
  const total = coverage.total(row, phase);
  if (total === 0) return [`- ${row}, ${phase}: never`];
  const counts = faults.map((fault) => ({ fault, n: coverage.count(row, phase, fault) }));
  const never = counts.filter(({ n }) => n === 0).map(({ fault }) => fault);
  const seldom = counts.filter(({ n }) => n > 0 && n < ENOUGH).map(({ fault, n }) => `${fault} ${n}`);
  if (never.length + seldom.length === 0) return [];
  if (total < ENOUGH)
    return [`- ${row}, ${phase}: ${total} in all${never.length > 0 ? `; never with ${never.join(', ')}` : ''}`];
  const parts = [
    ...(never.length > 0 ? [`never with ${never.join(', ')}`] : []),
    ...(seldom.length > 0 ? [`seldom with ${seldom.join(', ')}`] : []),
  ];
  return [`- ${row}, ${phase}: ${parts.join('; ')}`];
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

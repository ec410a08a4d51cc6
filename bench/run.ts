import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auditRows, millionRows } from './audit.ts';
import { awsCallRows } from './aws-calls.ts';
import { condensedFinding } from './condensed.ts';
import { foldRow } from './fold.ts';
import { ledgerScanRows } from './ledger-scan.ts';
import { loadRows } from './load.ts';
import { receiveRows } from './receive.ts';
import type { Finding, Row } from './rows.ts';
import { stackRows } from './stack.ts';

const HELP = `npm run bench: measures each piece of work against its floor in the same run, and writes bench/results.md.

  --quick   fewer and shorter rounds, prints the table and writes nothing
  --only X  receive, load, fold, ledger, audit, stack, cost, or million (an audit of a million contacts, which takes minutes and
            is no part of the whole); prints the table and writes nothing

  npm run bench                   all rows; begins nothing new after six minutes; writes bench/results.md
  npm run bench -- --only stack   the whole system on this machine, under load: some minutes
  npm run soak                    ten thousand opt-outs, which takes longer than all of this
`;
/** No part of the stack's is begun later, so that all rows together take less than eight minutes however slow the machine is today. */
const UNTIL = Date.now() + 6 * 60_000;
const RESULTS = join(import.meta.dirname, 'results.md');
const { values } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' }, quick: { type: 'boolean' }, only: { type: 'string' } },
});
const turns = values.quick === true ? { rounds: 3, turnMs: 60 } : { rounds: 15, turnMs: 200 };
const parts: Readonly<Record<string, () => Promise<(Row | Finding)[]>>> = {
  receive: () => receiveRows(turns),
  load: () => loadRows(values.quick === true ? 3 : 15),
  fold: async () => [await foldRow(turns), condensedFinding()],
  // One run takes long already, so that a few rounds do.
  ledger: () => ledgerScanRows({ rounds: Math.min(turns.rounds, 5), turnMs: turns.turnMs }),
  audit: auditRows,
  million: millionRows,
  cost: () => awsCallRows(values.quick === true ? 4 : 20),
  stack: () =>
    stackRows(
      values.quick === true
        ? { until: UNTIL, seconds: 5, soakContacts: 200 }
        : { until: UNTIL, seconds: 20, soakContacts: 500 },
    ),
};

async function main(): Promise<void> {
  const chosen = Object.keys(parts).filter((name) =>
    values.only === undefined ? name !== 'million' : name === values.only,
  );
  if (chosen.length === 0) throw new Error(`--only ${values.only}: choose ${Object.keys(parts).join(', ')}`);
  const [before = 0] = loadavg();
  const rows: (Row | Finding)[] = [];
  for (const name of chosen) {
    process.stderr.write(`${name} …\n`);
    rows.push(...((await parts[name]?.()) ?? []));
  }
  const text = `${machineLines(before).join('\n')}\n\n${tablesOf(rows)}\n`;
  process.stdout.write(text);
  if (values.quick !== true && values.only === undefined) writeFileSync(RESULTS, `${HEAD}\n${text}`);
}

const HEAD = `# What \`npm run bench\` measured

Written by the command; what the numbers mean and what was done about them: docs/scale.md. Each row is held against its floor in the same run: the work that
nobody can leave out. Work and floor take turns, and the ratio is the median of the rounds' ratios, because a time alone says more about the machine
than about the code.
`;

/** Above this load before the run, somebody else was using the machine. */
const IDLE = 0.5;

function machineLines(loadBefore: number): string[] {
  const processors = cpus();
  const shared =
    loadBefore > IDLE
      ? `The machine was shared: the load was ${loadBefore.toFixed(1)} before the run began. Times are too long by what others took; ratios are of interleaved rounds.`
      : `Nothing else ran: the load was ${loadBefore.toFixed(1)} before the run began.`;
  return [
    `- ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${processors.length} × ${processors[0]?.model ?? 'unknown processor'}`,
    `- ${shared}`,
  ];
}

function tablesOf(all: readonly (Row | Finding)[]): string {
  const [rows, findings] = [all.filter((one) => 'ratio' in one), all.filter((one) => 'measured' in one)];
  return [...(rows.length > 0 ? [tableOf(rows)] : []), ...(findings.length > 0 ? [findingsOf(findings)] : [])].join(
    '\n\n',
  );
}

/** The whole system on this machine: its absolute times are the machine's as much as the code's. */
function findingsOf(findings: readonly Finding[]): string {
  const lines = findings.map(({ what, measured, goal, isMet }) => [
    what,
    measured,
    goal,
    isMet ? 'met' : '**not met**',
  ]);
  return [['the whole system on this machine', 'measured', 'goal', ''], ['---', '---', '---', '---'], ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.what,
    row.floor,
    time(row.ms),
    time(row.floorMs),
    `${row.ratio.toFixed(2)}×`,
    goalOf(row),
  ]);
  const header = ['what', 'floor', 'time', 'floor’s', 'ratio', 'goal'];
  return [header, ['---', '---', '---:', '---:', '---:', '---'], ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function goalOf({ goal, goalMs, ratio, ms }: Row): string {
  const isMet = (goal === undefined || ratio <= goal) && (goalMs === undefined || ms <= goalMs);
  const aim = goal === undefined ? `≤ ${time(goalMs ?? Number.NaN)}` : `≤ ${goal}×`;
  return `${aim}, ${isMet ? 'met' : '**not met**'}`;
}

function time(ms: number): string {
  return ms < 1 ? `${(ms * 1000).toFixed(1)} µs` : `${ms.toFixed(1)} ms`;
}

if (values.help === true) process.stdout.write(HELP);
else await main();

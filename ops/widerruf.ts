#!/usr/bin/env node
import { Command, Option } from 'commander';
import { readableReport } from '../src/audit/report.ts';
import { type ConnectOptions, connect, OperatorError } from './connect.ts';
import { sweep } from './sweep.ts';

/** Exit codes: 0 all is well, 1 something was found, 2 the command could not be carried out. */
const FOUND = 1;
const FAILED = 2;

const program = new Command('widerruf')
  .description('Looks after a person’s withdrawal of consent in HubSpot. Without --stage: the local stack (npm start).')
  .option('--stage <name>', 'stage of a deployed stack, e.g. prod')
  .option('--profile <name>', 'AWS profile')
  .option('--region <name>', 'AWS region')
  .option(
    '--registry <file>',
    'the registry that was deployed (default: that of the local stack, or WIDERRUF_REGISTRY)',
  )
  .option('--json', 'print JSON')
  .addHelpText('after', '\nExit codes: 0 all is well, 1 something was found, 2 the command could not be carried out.');
const options = () => program.opts<ConnectOptions & { json?: boolean }>();
const print = (value: unknown, text: string) => {
  process.stdout.write(options().json ? `${JSON.stringify(value, null, 2)}\n` : text);
};
/** Progress goes to stderr, on one line of a terminal. */
const progress = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${text} `);
};

program
  .command('audit')
  .description(
    'Compares every contact with ledger and rules, and has repaired what differs. Exit 1 if anything was found.',
  )
  .option('--report-only', 'repair nothing')
  .addHelpText(
    'after',
    '\nExamples:\n  widerruf audit --report-only\n  widerruf --stage prod --profile noeku audit --json',
  )
  .action(async ({ reportOnly }: { reportOnly?: boolean }) => {
    const connection = await connect(options());
    const mode = reportOnly ? 'report' : 'repair';
    const report = await sweep(connection, { mode, onPage: ({ contacts }) => progress(`${contacts} contacts …`) });
    print(report, readableReport(report));
    if (Object.values(report.findings).some((count) => count > 0)) process.exitCode = FOUND;
  });

program
  .command('backfill')
  .description(
    'First connection to a portal with years of opt-outs: applies all of them. Goes on where it was interrupted.',
  )
  .option('--dry-run', 'show what would change, per company and brand, and change nothing')
  .addOption(
    new Option('--restart', 'begin anew instead of going on where an earlier one was interrupted').default(false),
  )
  .addHelpText('after', '\nExamples:\n  widerruf --stage prod backfill --dry-run\n  widerruf --stage prod backfill')
  .action(async ({ dryRun, restart }: { dryRun?: boolean; restart: boolean }) => {
    const connection = await connect(options());
    const report = await sweep(connection, {
      mode: dryRun ? 'report' : 'repair',
      restart,
      ...(!dryRun && { resume: 'backfill' }),
      onPage: ({ contacts, counts }) => progress(`${contacts} contacts, ${counts['opt-out-unheard'] ?? 0} opt-outs …`),
    });
    print(report, readableReport(report));
  });

try {
  await program.parseAsync();
} catch (error) {
  const known =
    error instanceof OperatorError ||
    (error instanceof Error && ['RegistryError', 'RetryableError', 'PermanentError'].includes(error.name));
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (!known && process.env['DEBUG']) process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`);
  process.exitCode = FAILED;
}

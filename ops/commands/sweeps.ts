import { Option } from 'commander';
import { type AuditReport, readableReport } from '../../src/workers/audit/report.ts';
import { sweep } from '../sweep.ts';
import { type Cli, FOUND } from './cli.ts';
import { progress } from './progress.ts';

export function addAudit({ program, connect, print }: Cli): void {
  program
    .command('audit')
    .description(
      'Compares every contact with ledger and rules, and has repaired what differs. Exit 1 if anything was found or contacts could not be seen.',
    )
    .option('--report-only', 'repair nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  widerruf audit --report-only\n  widerruf --stage prod --profile noeku audit --json',
    )
    .action(async ({ reportOnly }: { reportOnly?: boolean }) => {
      const report = await sweep(await connect(), {
        mode: reportOnly ? 'report' : 'repair',
        onPage: ({ contacts }) => progress(`${contacts} contacts …`),
      });
      print(report, readableReport(report));
      if (Object.values(report.findings).some((count) => count > 0) || isBlind(report)) process.exitCode = FOUND;
    });
}

export function addBackfill({ program, connect, print }: Cli): void {
  program
    .command('backfill')
    .description(
      'First connection to a portal with years of opt-outs: applies all of them. Goes on where it was interrupted. Exit 1 if contacts could not be seen.',
    )
    .option('--dry-run', 'show what would change, per company and brand, and change nothing')
    .addOption(
      new Option('--restart', 'begin anew instead of going on where an earlier one was interrupted').default(false),
    )
    .addHelpText('after', '\nExamples:\n  widerruf --stage prod backfill --dry-run\n  widerruf --stage prod backfill')
    .action(async ({ dryRun, restart }: { dryRun?: boolean; restart: boolean }) => {
      const report = await sweep(await connect(), {
        mode: dryRun ? 'report' : 'repair',
        restart,
        ...(!dryRun && { resume: 'backfill' }),
        onPage: ({ contacts, counts }) =>
          progress(`${contacts} contacts, ${counts['opt-out-unheard'] ?? 0} opt-outs …`),
      });
      print(report, readableReport(report));
      if (isBlind(report)) process.exitCode = FOUND;
    });
}

/** Whether HubSpot kept contacts from being looked at. */
function isBlind({ unseen }: AuditReport): boolean {
  return unseen.some(({ part }) => part === 'contacts');
}

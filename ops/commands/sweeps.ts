import { Option } from 'commander';
import { type AuditReport, readableReport } from '../../src/workers/audit/report.ts';
import { sweep } from '../sweep.ts';
import { outputTexts } from '../texts/words.ts';
import { type Cli, FOUND } from './cli.ts';
import { progress } from './progress.ts';

export function addAudit({ program, help, examples, options, connect, print }: Cli): void {
  program
    .command('audit')
    .description(help.audit.what)
    .option('--report-only', help.audit.reportOnly)
    .addHelpText(
      'after',
      examples('widerruf audit --report-only', 'widerruf --stage prod --profile noeku audit --json'),
    )
    .action(async ({ reportOnly }: { reportOnly?: boolean }) => {
      const t = outputTexts[options().lang];
      const report = await sweep(await connect(), {
        mode: reportOnly ? 'report' : 'repair',
        onPage: ({ contacts }) => progress(t.progress.contacts(contacts)),
      });
      print(report, readableReport(report, t.report));
      if (Object.values(report.findings).some((count) => count > 0) || isBlind(report)) process.exitCode = FOUND;
    });
}

export function addBackfill({ program, help, examples, options, connect, print }: Cli): void {
  program
    .command('backfill')
    .description(help.backfill.what)
    .option('--dry-run', help.backfill.dryRun)
    .addOption(new Option('--restart', help.backfill.restart).default(false))
    .addHelpText('after', examples('widerruf --stage prod backfill --dry-run', 'widerruf --stage prod backfill'))
    .action(async ({ dryRun, restart }: { dryRun?: boolean; restart: boolean }) => {
      const t = outputTexts[options().lang];
      const report = await sweep(await connect(), {
        mode: dryRun ? 'report' : 'repair',
        restart,
        ...(!dryRun && { resume: 'backfill' }),
        onPage: ({ contacts, counts }) => progress(t.progress.optOuts(contacts, counts['opt-out-unheard'] ?? 0)),
      });
      print(report, readableReport(report, t.report));
      if (isBlind(report)) process.exitCode = FOUND;
    });
}

/** Whether HubSpot kept contacts from being looked at. */
function isBlind({ unseen }: AuditReport): boolean {
  return unseen.some(({ part }) => part === 'contacts');
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Argument } from 'commander';
import { milliseconds } from '../../src/registry/duration.ts';
import { OperatorError } from '../connect.ts';
import { type LogSource, logSources, logsOf, readableLine } from '../logs.ts';
import type { Cli } from './cli.ts';

/** How often `--follow` looks, in milliseconds. */
const LOOK_MS = 1000;

export function addLogs({ program, help, examples, options }: Cli): void {
  program
    .command('logs')
    .description(help.logs.what)
    .addArgument(new Argument('[function]', help.logs.function).choices(logSources))
    .option('-f, --follow', help.logs.follow)
    .option('--since <duration>', help.logs.since, '1h')
    .addHelpText(
      'after',
      examples('widerruf logs decide --follow', 'widerruf --stage prod logs --since 1d --json | jq .message'),
    )
    .action(async (source: LogSource | undefined, given: { follow?: boolean; since: string }) => {
      const read = await logsOf(options(), { source, since: Date.now() - durationOf(given.since) });
      const format = options().json ? ({ text }: { text: string }) => text : readableLine;
      for (;;) {
        const lines = (await read()).map(format).filter((line) => line !== undefined);
        process.stdout.write(lines.map((line) => `${line}\n`).join(''));
        if (given.follow !== true) return;
        await sleep(LOOK_MS);
      }
    });
}

/** Milliseconds of `15m`, `2h` or `1d`. @throws OperatorError for anything else. */
function durationOf(text: string): number {
  const [, count, unit = ''] = /^(\d+)([smhd])$/i.exec(text) ?? [];
  if (count === undefined) throw new OperatorError((t) => t.noDuration(text));
  const [number, letter] = [count, unit.toUpperCase()];
  return milliseconds(letter === 'D' ? `P${number}D` : `PT${number}${letter}`);
}

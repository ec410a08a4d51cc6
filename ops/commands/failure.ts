import type { Writable } from 'node:stream';
import { CommanderError } from 'commander';
import { OperatorError } from '../connect.ts';
import { FAILED } from './cli.ts';
import { progress } from './progress.ts';

/** Errors that tell people what to mend; what else is thrown may be a mistake of the tool. */
const TELLING = ['RegistryError', 'StageError', 'RetryableError', 'PermanentError'];

export type Failure = { kind: 'usage' | 'operator' | 'unexpected'; message: string };

/** What went wrong, for people; undefined where nothing did: commander ends `--help` and `--version` by an error too. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, '');
    const isHelp = error.code === 'commander.help';
    if (isHelp) return { kind: 'usage', message: 'name a command; widerruf --help lists them' };
    return error.exitCode === 0 ? undefined : { kind: 'usage', message };
  }
  const message = error instanceof Error ? error.message : String(error);
  const isTelling = error instanceof OperatorError || (error instanceof Error && TELLING.includes(error.name));
  return { kind: isTelling ? 'operator' : 'unexpected', message };
}

/** Tells why the command could not be carried out, and sets the exit code. */
export function failed(error: unknown): void {
  const failure = failureOf(error);
  if (failure === undefined) return;
  progress.clear();
  process.exitCode = FAILED;
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: failure })}\n`);
  else process.stderr.write(`${failure.kind === 'usage' ? 'error: ' : ''}${failure.message}\n`);
  if (failure.kind === 'unexpected' && process.env['DEBUG']) {
    process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`);
  }
}

/** Whoever reads only the beginning (`| head`) has what was wanted: that is no failure. */
export function endQuietlyOnBrokenPipes(...streams: Writable[]): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
}

import type { Writable } from 'node:stream';
import { CommanderError } from 'commander';
import { OperatorError } from '../connect.ts';
import { mistakesIn } from '../texts/mistakes.ts';
import { trouble } from '../texts/trouble.ts';
import { usageIn } from '../texts/usage.ts';
import { type Language, outputTexts } from '../texts/words.ts';
import { FAILED } from './cli.ts';
import { progress } from './progress.ts';

/** Errors that tell people what to mend; what else is thrown may be a mistake of the tool. */
/** Of a file that a person wrote. */
const MISTAKES = ['RegistryError', 'StageError'];
const TELLING = [...MISTAKES, 'RetryableError', 'PermanentError'];

export type Failure = { kind: 'usage' | 'operator' | 'unexpected'; message: string };

/** What went wrong, for people; undefined where nothing did: commander ends `--help` and `--version` by an error too. */
export function failureOf(error: unknown, language: Language): Failure | undefined {
  if (error instanceof CommanderError) {
    const message = usageIn(error.message.replace(/^error: /, ''), language);
    const isHelp = error.code === 'commander.help';
    if (isHelp) return { kind: 'usage', message: outputTexts[language].errors.nameCommand };
    return error.exitCode === 0 ? undefined : { kind: 'usage', message };
  }
  if (error instanceof OperatorError) return { kind: 'operator', message: error.in(language) };
  const { name, message: english } = error instanceof Error ? error : { name: '', message: String(error) };
  const message = MISTAKES.includes(name) ? mistakesIn(english, language) : trouble(english, language);
  const isTelling = TELLING.includes(name);
  return { kind: isTelling ? 'operator' : 'unexpected', message };
}

/** Tells why the command could not be carried out, and sets the exit code. */
export function failed(error: unknown, language: Language): void {
  const failure = failureOf(error, language);
  if (failure === undefined) return;
  progress.clear();
  process.exitCode = FAILED;
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: failure })}\n`);
  else
    process.stderr.write(
      `${failure.kind === 'usage' ? `${outputTexts[language].errors.usage}: ` : ''}${failure.message}\n`,
    );
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

import type { Command } from 'commander';
import { type Connection, type ConnectOptions, connect } from '../connect.ts';
import { type HelpTexts, helpTexts, type Language } from '../texts/words.ts';
import { progress } from './progress.ts';

/** Exit codes: 0 all is well, 1 something was found, 2 the command could not be carried out. */
export const FOUND = 1;
export const FAILED = 2;

export type GlobalOptions = ConnectOptions & { json?: boolean; lang: Language };

/** What every command needs of the command line. */
export type Cli = {
  program: Command;
  /** The language in which the help is given. */
  language: Language;
  /** What `--help` says in this language. */
  help: HelpTexts;
  /** Examples of commands for the end of a help. */
  examples: (...lines: string[]) => string;
  options: () => GlobalOptions;
  /** To the stack that the global options name. */
  connect: () => Promise<Connection>;
  /** Prints the value as JSON with `--json`, otherwise the text. */
  print: (value: unknown, text: string) => void;
};

export function cliOf(program: Command, language: Language): Cli {
  const options = () => program.opts<GlobalOptions>();
  const help = helpTexts[language];
  return {
    program,
    language,
    help,
    examples: (...lines) =>
      `\n${lines.length === 1 ? help.headings.example : help.headings.examples}\n${lines.map((line) => `  ${line}`).join('\n')}`,
    options,
    connect: () => connect(options()),
    print(value, text) {
      progress.clear();
      process.stdout.write(options().json ? `${JSON.stringify(value, null, 2)}\n` : text);
    },
  };
}

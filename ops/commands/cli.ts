import type { Command } from 'commander';
import { type Connection, type ConnectOptions, connect } from '../connect.ts';
import type { Language } from '../texts/words.ts';
import { progress } from './progress.ts';

/** Exit codes: 0 all is well, 1 something was found, 2 the command could not be carried out. */
export const FOUND = 1;
export const FAILED = 2;

export type GlobalOptions = ConnectOptions & { json?: boolean; lang: Language };

/** What every command needs of the command line. */
export type Cli = {
  program: Command;
  options: () => GlobalOptions;
  /** To the stack that the global options name. */
  connect: () => Promise<Connection>;
  /** Prints the value as JSON with `--json`, otherwise the text. */
  print: (value: unknown, text: string) => void;
};

export function cliOf(program: Command): Cli {
  const options = () => program.opts<GlobalOptions>();
  return {
    program,
    options,
    connect: () => connect(options()),
    print(value, text) {
      progress.clear();
      process.stdout.write(options().json ? `${JSON.stringify(value, null, 2)}\n` : text);
    },
  };
}

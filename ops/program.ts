import tab from '@bomb.sh/tab/commander';
import { Command, Option } from 'commander';
import { cliOf } from './commands/cli.ts';
import { addDeadLetters } from './commands/dead-letters.ts';
import { addErase } from './commands/erase.ts';
import { addExplain } from './commands/explain.ts';
import { addExport } from './commands/export.ts';
import { addDoctor, addSmoke, addStatus, addVerify } from './commands/health.ts';
import { addInit } from './commands/init.ts';
import { addLogs } from './commands/logs.ts';
import { addPlan } from './commands/plan.ts';
import { addSimulate } from './commands/simulate.ts';
import { addAudit, addBackfill } from './commands/sweeps.ts';
import { addListen, addTrigger } from './commands/trigger.ts';
import { VERSION } from './package-root.ts';

/** In the order in which the help lists them. */
const commands = [
  addInit,
  addPlan,
  addAudit,
  addBackfill,
  addDoctor,
  addSmoke,
  addExplain,
  addSimulate,
  addExport,
  addErase,
  addVerify,
  addDeadLetters,
  addStatus,
  addLogs,
  addListen,
  addTrigger,
];

/** The operator's tool as commander's command line. Mistakes of whoever types are thrown as CommanderError. */
export function createProgram(): Command {
  const program = new Command('widerruf')
    .description(
      'Looks after a person’s withdrawal of consent in HubSpot. Without --stage: the local stack (npm start).',
    )
    .version(VERSION)
    .option('--stage <name>', 'stage of a deployed stack, e.g. prod')
    .option('--profile <name>', 'AWS profile')
    .option('--region <name>', 'AWS region')
    .option(
      '--registry <file>',
      'the registry that was deployed (default: that of stages/<stage>.yaml or of the local stack, or WIDERRUF_REGISTRY)',
    )
    .addOption(
      new Option('--lang <language>', 'language of what people read')
        .choices(['en', 'de'])
        .default('en')
        .env('WIDERRUF_LANG'),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 all is well, 1 something was found, 2 the command could not be carried out. With --json an error is JSON on standard
output: {"error":{"kind":"usage","message":"…"}}; kinds are usage, operator (something to mend first) and unexpected.
Completion: source <(widerruf completion bash); zsh, fish and powershell likewise.`,
    )
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  const cli = cliOf(program);
  for (const add of commands) add(cli);
  tab(program, { completionCommandName: 'completion' });
  return program;
}

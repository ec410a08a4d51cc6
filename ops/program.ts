import tab from '@bomb.sh/tab/commander';
import { Command, Option } from 'commander';
import { cliOf } from './commands/cli.ts';
import { addDeadLetters } from './commands/dead-letters.ts';
import { addErase } from './commands/erase.ts';
import { addExplain } from './commands/explain.ts';
import { addExport } from './commands/export.ts';
import { addDoctor, addSmoke, addStatus, addVerify } from './commands/health.ts';
import { speakIn, speakInAll } from './commands/help.ts';
import { addInit } from './commands/init.ts';
import { addLogs } from './commands/logs.ts';
import { addPlan } from './commands/plan.ts';
import { addSimulate } from './commands/simulate.ts';
import { addAudit, addBackfill } from './commands/sweeps.ts';
import { addListen, addTrigger } from './commands/trigger.ts';
import { VERSION } from './package-root.ts';
import { helpTexts, type Language } from './texts/words.ts';

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
export function createProgram(language: Language = 'en'): Command {
  const { program: help } = helpTexts[language];
  const program = new Command('widerruf')
    .description(help.what)
    .version(VERSION, '-V, --version', helpTexts[language].headings.version)
    .option('--stage <name>', help.stage)
    .option('--profile <name>', help.profile)
    .option('--region <name>', help.region)
    .option('--registry <file>', help.registry)
    .addOption(new Option('--lang <language>', help.lang).choices(['en', 'de']).default('en').env('WIDERRUF_LANG'))
    .option('--json', help.json)
    .addHelpText('after', `\n${help.after}`)
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  speakIn(language, program);
  const cli = cliOf(program, language);
  for (const add of commands) add(cli);
  tab(program, { completionCommandName: 'completion' });
  speakInAll(language, program);
  return program;
}

/** The language that a command line asks for, before commander reads the line: the help is needed in that language. */
export function languageOf(args: readonly string[], env: NodeJS.ProcessEnv): Language {
  const at = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='));
  const given = at === -1 ? env['WIDERRUF_LANG'] : args[at]?.replace(/^--lang=?/, '') || args[at + 1];
  return given === 'de' ? 'de' : 'en';
}

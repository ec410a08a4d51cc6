#!/usr/bin/env node
import { Command } from 'commander';
import { cliOf, FAILED } from './commands/cli.ts';
import { addDeadLetters } from './commands/dead-letters.ts';
import { addDoctor, addSmoke, addStatus, addVerify } from './commands/health.ts';
import { addErase, addExplain, addExport } from './commands/person.ts';
import { addSimulate } from './commands/simulate.ts';
import { addAudit, addBackfill } from './commands/sweeps.ts';
import { OperatorError } from './connect.ts';

const program = new Command('widerruf')
  .description('Looks after a person’s withdrawal of consent in HubSpot. Without --stage: the local stack (npm start).')
  .option('--stage <name>', 'stage of a deployed stack, e.g. prod')
  .option('--profile <name>', 'AWS profile')
  .option('--region <name>', 'AWS region')
  .option(
    '--registry <file>',
    'the registry that was deployed (default: that of stages/<stage>.yaml or of the local stack, or WIDERRUF_REGISTRY)',
  )
  .option('--json', 'print JSON')
  .addHelpText('after', '\nExit codes: 0 all is well, 1 something was found, 2 the command could not be carried out.');

/** In the order in which the help lists them. */
const commands = [
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
];
const cli = cliOf(program);
for (const add of commands) add(cli);

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

import { loadRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import { hasGaps, planChange, readablePlan } from '../plan.ts';
import { speechOf } from '../texts/speech.ts';
import { type Cli, FOUND } from './cli.ts';
import { progress } from './progress.ts';

export function addPlan({ program, options, connect, print }: Cli): void {
  program
    .command('plan <registry>')
    .description(
      'What would this registry change, compared with the deployed one, and for how many people? Writes nothing. Exit 1 if a "no" would be forgotten or a line is missing.',
    )
    .addHelpText('after', '\nExample:\n  widerruf --stage prod --profile noeku plan registry/next.yaml')
    .action(async (file: string) => {
      const next = loadRegistry(file);
      const connection = await connect();
      const planned = await planChange(connection, arrangeRegistry(next), (contacts) =>
        progress(`${contacts} contacts …`),
      );
      const { lang } = options();
      const text = readablePlan(planned, speechOf(lang, connection.registryFile), speechOf(lang, next));
      print(planned, text);
      if (hasGaps(planned)) process.exitCode = FOUND;
    });
}

import { loadRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import { hasGaps, planChange, readablePlan } from '../plan.ts';
import { speechOf } from '../texts/speech.ts';
import { outputTexts } from '../texts/words.ts';
import { type Cli, FOUND } from './cli.ts';
import { progress } from './progress.ts';

export function addPlan({ program, help, examples, options, connect, print }: Cli): void {
  program
    .command('plan <registry>')
    .description(help.plan.what)
    .addHelpText('after', examples('widerruf --stage prod --profile noeku plan registry/next.yaml'))
    .action(async (file: string) => {
      const next = loadRegistry(file);
      const connection = await connect();
      const planned = await planChange(connection, arrangeRegistry(next), (contacts) =>
        progress(outputTexts[options().lang].progress.contacts(contacts)),
      );
      const { lang } = options();
      const text = readablePlan(planned, speechOf(lang, connection.registryFile), speechOf(lang, next));
      print(planned, text);
      if (hasGaps(planned)) process.exitCode = FOUND;
    });
}

import { join } from 'node:path';
import { loadRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { readableSimulation, simulate } from '../simulate.ts';
import { speechOf } from '../texts/speech.ts';
import { outputTexts } from '../texts/words.ts';
import { type Cli, FOUND } from './cli.ts';

const EXAMPLE_EVENTS = join(PACKAGE_ROOT, 'ops', 'examples', 'events.csv');
const EXAMPLE_REGISTRY = join(PACKAGE_ROOT, 'registry', 'noeku.example.yaml');

export function addSimulate({ program, help, examples, options, print }: Cli): void {
  program
    .command('simulate <file>')
    .description(help.simulate.what)
    .addHelpText(
      'after',
      `\n${help.simulate.after(EXAMPLE_EVENTS)}\n${examples('widerruf --registry registry/new.yaml simulate events.csv')}`,
    )
    .action(async (file: string) => {
      const registry = options().registry ?? process.env['WIDERRUF_REGISTRY'] ?? EXAMPLE_REGISTRY;
      const registryFile = loadRegistry(registry);
      const result = await simulate(file, arrangeRegistry(registryFile), outputTexts[options().lang].fields);
      print(result, readableSimulation(result, speechOf(options().lang, registryFile)));
      if (result.unreadable.length > 0) process.exitCode = FOUND;
    });
}

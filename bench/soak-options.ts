import { parseArgs } from 'node:util';

const HELP = `npm run soak -- [options]

Posts signed webhook events to the local stack as fast as it takes them, while a share of HubSpot's answers are faults, waits
until all is drained, and checks that nothing was lost. Prints what was measured.

  --contacts N   how many contacts, ten events each (default 10000)
  --faults X     share of HubSpot's API answers that are faults: 429, 500, 503, refused items (default 0.05)
  --posts N      requests of a hundred events under way at once (default 8)
  --minutes N    gives up after so long (default 45)

Exit codes: 0 nothing lost, 1 something was lost or time was up, 2 wrong use.
`;

export type SoakOptions = Record<'contacts' | 'faults' | 'posts' | 'minutes', number>;

/** The options of the command line. Prints the help and ends the process when asked to, or when an option does not fit. */
export function soakOptions(): SoakOptions {
  const { help, ...texts } = parse();
  if (help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const numbers = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Number(text)]));
  for (const [name, value] of Object.entries(numbers)) {
    const isShare = name === 'faults';
    const fits = isShare ? value >= 0 && value < 1 : Number.isInteger(value) && value > 0;
    if (!fits) fail(`--${name} takes ${isShare ? 'a share from 0 to below 1' : 'a whole number from 1 on'}`);
  }
  return numbers as SoakOptions;
}

function parse() {
  try {
    const { values } = parseArgs({
      options: {
        contacts: { type: 'string', default: '10000' },
        faults: { type: 'string', default: '0.05' },
        posts: { type: 'string', default: '8' },
        minutes: { type: 'string', default: '45' },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(message: string): never {
  process.stderr.write(`${message}\n\n${HELP}`);
  process.exit(2);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Argument } from 'commander';
import { iso } from '../../src/clocks.ts';
import { contactsOfAddress } from '../../src/hubspot/search.ts';
import { type Connection, OperatorError } from '../connect.ts';
import { createListener, type Heard } from '../listen.ts';
import { logsOf } from '../logs.ts';
import { waitingMessages } from '../status.ts';
import { type Speech, speechOf } from '../texts/speech.ts';
import { tell } from '../timeline.ts';
import { type Cast, partsOf, stories } from '../trigger/stories.ts';
import { act, addressOf } from '../trigger/twin.ts';
import type { Cli } from './cli.ts';

/** How often is looked, in milliseconds; and how often in a row nothing may be on its way before all is quiet. */
const LOOK_MS = 500;
const QUIET_LOOKS = 4;
/** So long is waited for a first word: a function that starts anew takes seconds. */
const PATIENT_LOOKS = 30;

export function addListen({ program, options, connect }: Cli): void {
  program
    .command('listen')
    .description('One line for each event with its decision, as they come, until Ctrl-C.')
    .addHelpText('after', '\nExample:\n  widerruf listen --lang de')
    .action(async () => {
      const { hear } = await listening(options, connect);
      process.stderr.write('listening …\n');
      for (;;) {
        await hear();
        await sleep(LOOK_MS);
      }
    });
}

export function addTrigger({ program, options, connect }: Cli): void {
  const list = Object.entries(stories).map(([name, { what }]) => `  ${name.padEnd(20)}${what}`);
  program
    .command('trigger')
    .description('Plays a story on the local HubSpot twin with a new person, and shows each event with its decision.')
    .addArgument(new Argument('<story>', 'which story').choices(Object.keys(stories)))
    .option('--seed <n>', 'which people: the same seed gives the same people, one after the other', '1')
    .addHelpText('after', `\nStories:\n${list.join('\n')}\n\nExample:\n  widerruf trigger employee-reopens`)
    .action(async (name: string, { seed }: { seed: string }) => {
      if (options().stage !== undefined)
        throw new OperatorError('trigger plays on the local twin only, never on a stage');
      if (!/^\d{1,6}$/.test(seed)) throw new OperatorError(`--seed ${seed} is no number`);
      const { connection, hear } = await listening(options, connect);
      const cast = await castFrom(Number(seed), connection);
      const acts = stories[name]?.acts(partsOf(connection.registryFile), cast) ?? [];
      if (acts.includes(undefined)) throw new OperatorError(`the registry has nothing to play ${name} with`);
      process.stdout.write(`contact ${cast.contact}, ${cast.email}\n`);
      for (const one of acts.filter((each) => each !== undefined)) {
        process.stdout.write(`> ${one.says}\n`);
        await act(connection.output('HubSpotApi'), one.action, one.argument);
        await untilQuiet(connection, hear);
      }
    });
}

/** Prints what is heard, and says how much that was. */
async function listening(options: Cli['options'], connect: Cli['connect']) {
  const connection = await connect();
  const speech = speechOf(options().lang, connection.registryFile);
  const since = Date.now();
  const listen = createListener(connection, await logsOf(options(), { source: undefined, since }));
  const print = (heard: Heard) => (options().json ? `${JSON.stringify(heard)}\n` : `${lineOf(heard, speech)}\n`);
  const hear = async (): Promise<number> => {
    const heard = await listen();
    process.stdout.write(heard.map(print).join(''));
    return heard.length;
  };
  return { connection, hear };
}

function lineOf(heard: Heard, speech: Speech): string {
  if ('withoutEffect' in heard) {
    return `  ${heard.count} ${speech.words.withoutEffect}: ${speech.because(heard.withoutEffect)}`;
  }
  const { rule, what, source } = tell(heard.entry, speech);
  const at = speech.time(iso(heard.entry.recordedAt));
  return `${at}  ${speech.words.contact} ${heard.contact}  ${rule && `${rule} `}${what}${source && ` [${source}]`}`;
}

/** A new person with everything subscribed, and a second record of the same person. */
async function castFrom(seed: number, { hubspot, registryFile, output }: Connection): Promise<Cast> {
  for (let n = 0; ; n++) {
    const email = addressOf(seed, n);
    if ((await contactsOfAddress(hubspot.send, email)).length > 0) continue;
    const statuses = Object.fromEntries(
      Object.values(registryFile.companies).map(({ subscription }) => [subscription.id, 'SUBSCRIBED']),
    );
    const create = (address: string) => act(output('HubSpotApi'), 'createContact', { email: address, statuses });
    const [person, other] = [await create(email), await create(`second.${email}`)];
    return { contact: person.id ?? '', email, other: other.id ?? '' };
  }
}

/** Waits for the first word of what was done, then until nothing more is on its way. */
async function untilQuiet(connection: Connection, hear: () => Promise<number>): Promise<void> {
  let isHeard = false;
  for (let [looks, quiet] = [0, 0]; quiet < QUIET_LOOKS; looks++) {
    await sleep(LOOK_MS);
    const heard = await hear();
    isHeard ||= heard > 0;
    const waiting = Object.values(await waitingMessages(connection)).some((count) => count > 0);
    quiet = heard > 0 || waiting || (!isHeard && looks < PATIENT_LOOKS) ? 0 : quiet + 1;
  }
}

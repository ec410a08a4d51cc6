import { setTimeout as sleep } from 'node:timers/promises';
import { Argument } from 'commander';
import { iso } from '../../src/clocks.ts';
import { contactsOfAddress } from '../../src/hubspot/search.ts';
import { type Connection, OperatorError } from '../connect.ts';
import { createListener, type Heard } from '../listen.ts';
import { logsOf } from '../logs.ts';
import { waitingMessages } from '../status.ts';
import { type Speech, speechOf } from '../texts/speech.ts';
import { type Language, outputTexts, storyTexts } from '../texts/words.ts';
import { tell } from '../timeline.ts';
import { type Cast, type Other, partsOf, type Story, type StoryName, stories } from '../trigger/stories.ts';
import { act, addressOf } from '../trigger/twin.ts';
import type { Cli } from './cli.ts';

/** How often is looked, in milliseconds; and how often in a row nothing may be on its way before all is quiet. */
const LOOK_MS = 500;
const QUIET_LOOKS = 4;
/** So long is waited for a first word: a function that starts anew takes seconds. */
const PATIENT_LOOKS = 30;

export function addListen({ program, help, examples, options, connect }: Cli): void {
  program
    .command('listen')
    .description(help.listen.what)
    .addHelpText('after', examples('widerruf listen --lang de'))
    .action(async () => {
      const { hear } = await listening(options, connect);
      process.stderr.write(`${outputTexts[options().lang].trigger.listening}\n`);
      for (;;) {
        await hear();
        await sleep(LOOK_MS);
      }
    });
}

export function addTrigger({ program, language, help, examples, options, connect }: Cli): void {
  const list = Object.entries(storyTexts[language].stories).map(([name, what]) => `  ${name.padEnd(20)}${what}\n`);
  program
    .command('trigger')
    .description(help.trigger.what)
    .addArgument(new Argument('<story>', help.trigger.story).choices(Object.keys(stories)))
    .option('--seed <n>', help.trigger.seed, '1')
    .addHelpText(
      'after',
      `\n${help.headings.stories}\n${list.join('')}${examples('widerruf trigger employee-reopens')}`,
    )
    .action(async (name: StoryName, { seed }: { seed: string }) => {
      if (options().stage !== undefined) throw new OperatorError((t) => t.twinOnly);
      if (!/^\d{1,6}$/.test(seed)) throw new OperatorError((t) => t.noNumber(seed));
      const { connection, hear } = await listening(options, connect);
      const story = stories[name];
      const cast = await castFrom(Number(seed), story.records, connection);
      const acts = story.acts(partsOf(connection.registryFile), cast);
      if (acts.includes(undefined)) throw new OperatorError((t) => t.nothingToPlay(name));
      process.stdout.write(readableCast(cast, options().lang));
      // An act that overtakes the creation would be learned by the look at the new contact, not by its own event.
      await untilQuiet(connection, hear, QUIET_LOOKS);
      for (const one of acts.filter((each) => each !== undefined)) {
        process.stdout.write(`> ${storyTexts[options().lang].acts[one.says]}\n`);
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

/** Who plays: each record with its number and address. */
function readableCast({ contact, email, other }: Cast, language: Language): string {
  const t = outputTexts[language].trigger;
  const second = other === undefined ? '' : `${t.second(other.contact, other.email)}\n`;
  return `${t.person(contact, email)}\n${second}`;
}

/** A new person with everything subscribed; with two `records` the same person once more, at another address. */
async function castFrom(
  seed: number,
  records: Story['records'],
  { hubspot, registryFile, output }: Connection,
): Promise<Cast> {
  for (let n = 0; ; n++) {
    const email = addressOf(seed, n);
    if ((await contactsOfAddress(hubspot.send, email)).length > 0) continue;
    const statuses = Object.fromEntries(
      Object.values(registryFile.companies).map(({ subscription }) => [subscription.id, 'SUBSCRIBED']),
    );
    const create = async (address: string): Promise<Other> => {
      const { id = '' } = await act(output('HubSpotApi'), 'createContact', { email: address, statuses });
      return { contact: id, email: address };
    };
    const person = await create(email);
    return records === 1 ? person : { ...person, other: await create(`second.${email}`) };
  }
}

/** Waits for the first word of what was done, for so many looks, then until nothing more is on its way. */
async function untilQuiet(
  connection: Connection,
  hear: () => Promise<number>,
  patience = PATIENT_LOOKS,
): Promise<void> {
  let isHeard = false;
  for (let [looks, quiet] = [0, 0]; quiet < QUIET_LOOKS; looks++) {
    await sleep(LOOK_MS);
    const heard = await hear();
    isHeard ||= heard > 0;
    const waiting = Object.values(await waitingMessages(connection)).some((count) => count > 0);
    quiet = heard > 0 || waiting || (!isHeard && looks < patience) ? 0 : quiet + 1;
  }
}

import { type Command, Option } from 'commander';
import { OperatorError } from '../connect.ts';
import {
  type DeadLetter,
  findDeadLetter,
  lookAtDeadLetters,
  type QueueName,
  queueNames,
  redrive,
} from '../dead-letters.ts';
import { readableTime } from '../texts/time.ts';
import { trouble } from '../texts/trouble.ts';
import { type Language, outputTexts } from '../texts/words.ts';
import { type Cli, FOUND } from './cli.ts';
import { progress } from './progress.ts';

export function addDeadLetters(cli: Cli): void {
  const group = cli.program.command('dead-letters').description(cli.help.deadLetters.what);
  addList(group, cli);
  addShow(group, cli);
  addRedrive(group, cli);
}

const queueOption = ({ help }: Cli) => new Option('--queue <name>', help.deadLetters.queue).choices(queueNames);
const queuesOf = ({ queue }: { queue?: QueueName }) => (queue === undefined ? queueNames : [queue]);

function addList(group: Command, cli: Cli): void {
  const { help, options, connect, print } = cli;
  group
    .command('list')
    .description(help.deadLetters.list)
    .addOption(queueOption(cli))
    .action(async (given: { queue?: QueueName }) => {
      const letters = await lookAtDeadLetters(await connect(), queuesOf(given));
      print(
        letters.map(({ body: _, ...rest }) => rest),
        readableList(letters, options().lang),
      );
      if (letters.length > 0) process.exitCode = FOUND;
    });
}

/** So many letters of one reason are named; all of them in JSON. */
const NAMED = 20;

/** By reason: how many, then each with its id and time. */
function readableList(letters: readonly DeadLetter[], language: Language): string {
  const { deadLetters: t, queues } = outputTexts[language];
  if (letters.length === 0) return `${t.none}\n`;
  const byReason = new Map<string, DeadLetter[]>();
  for (const letter of letters) {
    const name = `${queues[letter.queue]}: ${trouble(letter.reason, language)}`;
    byReason.set(name, [...(byReason.get(name) ?? []), letter]);
  }
  const lines = [...byReason].flatMap(([name, some]) => [
    `${String(some.length).padStart(6)}  ${name}`,
    ...some
      .slice(0, NAMED)
      .map(({ messageId, sent }) => `          ${messageId}  ${readableTime(Date.parse(sent), language)}`),
    ...(some.length > NAMED ? [`          ${t.more(some.length - NAMED)}`] : []),
  ]);
  return `${lines.join('\n')}\n`;
}

function addShow(group: Command, { help, options, connect, print }: Cli): void {
  group
    .command('show <message-id>')
    .description(help.deadLetters.show)
    .action(async (id: string) => {
      const letter = await findDeadLetter(await connect(), id);
      if (letter === undefined) throw new OperatorError((t) => t.noDeadLetter(id));
      const { queue, sent, reason, body } = letter;
      const { lang } = options();
      print(
        letter,
        `${outputTexts[lang].queues[queue]}  ${readableTime(Date.parse(sent), lang)}  ${trouble(reason, lang)}\n${body}\n`,
      );
    });
}

function addRedrive(group: Command, cli: Cli): void {
  const { help, examples, options, connect, print } = cli;
  group
    .command('redrive [message-id]')
    .description(help.deadLetters.redrive)
    .addOption(queueOption(cli))
    .addHelpText('after', examples('widerruf --stage prod dead-letters redrive --queue convergence'))
    .action(async (id: string | undefined, given: { queue?: QueueName }) => {
      const t = outputTexts[options().lang];
      const onSent = (sent: number) => progress(t.progress.sentBack(sent));
      const count = await redrive(await connect(), queuesOf(given), id, onSent);
      print({ redriven: count }, `${t.deadLetters.sentBack(count)}\n`);
    });
}

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
import { type Cli, FOUND } from './cli.ts';
import { progress } from './progress.ts';

export function addDeadLetters(cli: Cli): void {
  const group = cli.program.command('dead-letters').description('Messages that could not be processed.');
  addList(group, cli);
  addShow(group, cli);
  addRedrive(group, cli);
}

const queueOption = () => new Option('--queue <name>', 'only this queue').choices(queueNames);
const queuesOf = ({ queue }: { queue?: QueueName }) => (queue === undefined ? queueNames : [queue]);

function addList(group: Command, { connect, print }: Cli): void {
  group
    .command('list')
    .description('Counts them by reason and names each. Exit 1 if there are any.')
    .addOption(queueOption())
    .action(async (given: { queue?: QueueName }) => {
      const letters = await lookAtDeadLetters(await connect(), queuesOf(given));
      print(
        letters.map(({ body: _, ...rest }) => rest),
        readableList(letters),
      );
      if (letters.length > 0) process.exitCode = FOUND;
    });
}

/** So many letters of one reason are named; all of them in JSON. */
const NAMED = 20;

/** By reason: how many, then each with its id and time. */
function readableList(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'no dead letters\n';
  const byReason = new Map<string, DeadLetter[]>();
  for (const letter of letters) {
    const name = `${letter.queue}: ${letter.reason}`;
    byReason.set(name, [...(byReason.get(name) ?? []), letter]);
  }
  const lines = [...byReason].flatMap(([name, some]) => [
    `${String(some.length).padStart(6)}  ${name}`,
    ...some.slice(0, NAMED).map(({ messageId, sent }) => `          ${messageId}  ${sent}`),
    ...(some.length > NAMED ? [`          … and ${some.length - NAMED} more: --json names each`] : []),
  ]);
  return `${lines.join('\n')}\n`;
}

function addShow(group: Command, { connect, print }: Cli): void {
  group
    .command('show <message-id>')
    .description('Shows one of them, body included.')
    .action(async (id: string) => {
      const letter = await findDeadLetter(await connect(), id);
      if (letter === undefined) throw new OperatorError(`no dead letter ${id}`);
      print(letter, `${letter.queue}  ${letter.sent}  ${letter.reason}\n${letter.body}\n`);
    });
}

function addRedrive(group: Command, { connect, print }: Cli): void {
  group
    .command('redrive [message-id]')
    .description('Sends them back to where they came from. May be interrupted: nothing is lost.')
    .addOption(queueOption())
    .addHelpText('after', '\nExample:\n  widerruf --stage prod dead-letters redrive --queue convergence')
    .action(async (id: string | undefined, given: { queue?: QueueName }) => {
      const onSent = (sent: number) => progress(`${sent} sent back …`);
      const count = await redrive(await connect(), queuesOf(given), id, onSent);
      print({ redriven: count }, `${count} sent back\n`);
    });
}

import { type Command, Option } from 'commander';
import { OperatorError } from '../connect.ts';
import { lookAtDeadLetters, type QueueName, queueNames, redrive } from '../dead-letters.ts';
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
    .description('Counts them by reason. Exit 1 if there are any.')
    .addOption(queueOption())
    .action(async (given: { queue?: QueueName }) => {
      const letters = await lookAtDeadLetters(await connect(), queuesOf(given));
      const counts = new Map<string, number>();
      for (const { queue, reason } of letters) {
        const name = `${queue}: ${reason}`;
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      const lines = [...counts].map(([name, count]) => `${String(count).padStart(6)}  ${name}\n`);
      print(
        letters.map(({ body: _, ...rest }) => rest),
        lines.join('') || 'no dead letters\n',
      );
      if (letters.length > 0) process.exitCode = FOUND;
    });
}

function addShow(group: Command, { connect, print }: Cli): void {
  group
    .command('show <message-id>')
    .description('Shows one of them, body included.')
    .action(async (id: string) => {
      const letters = await lookAtDeadLetters(await connect(), queueNames);
      const letter = letters.find(({ messageId }) => messageId === id);
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

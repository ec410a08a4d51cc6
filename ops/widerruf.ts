#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { Command, Option } from 'commander';
import { loadRegistry } from '../src/registry/load.ts';
import { arrangeRegistry } from '../src/registry/registry.ts';
import { readableReport } from '../src/workers/audit/report.ts';
import { type ConnectOptions, connect, OperatorError } from './connect.ts';
import { lookAtDeadLetters, type QueueName, queueNames, redrive } from './dead-letters.ts';
import { examine, readableExamination } from './doctor.ts';
import { erase, WHAT_STAYS } from './erase.ts';
import { explain } from './explain.ts';
import { csvOf, exportOf } from './export.ts';
import { findContacts, readPeople } from './person.ts';
import { readableSimulation, simulate } from './simulate.ts';
import { readableSmoke, smoke } from './smoke.ts';
import { readableStatus, statusOf } from './status.ts';
import { sweep } from './sweep.ts';
import type { Language } from './texts.ts';
import { readableVerification, verify } from './verify.ts';

/** Exit codes: 0 all is well, 1 something was found, 2 the command could not be carried out. */
const FOUND = 1;
const FAILED = 2;

const program = new Command('widerruf')
  .description('Looks after a person’s withdrawal of consent in HubSpot. Without --stage: the local stack (npm start).')
  .option('--stage <name>', 'stage of a deployed stack, e.g. prod')
  .option('--profile <name>', 'AWS profile')
  .option('--region <name>', 'AWS region')
  .option(
    '--registry <file>',
    'the registry that was deployed (default: that of the local stack, or WIDERRUF_REGISTRY)',
  )
  .option('--json', 'print JSON')
  .addHelpText('after', '\nExit codes: 0 all is well, 1 something was found, 2 the command could not be carried out.');
const options = () => program.opts<ConnectOptions & { json?: boolean }>();
const print = (value: unknown, text: string) => {
  process.stdout.write(options().json ? `${JSON.stringify(value, null, 2)}\n` : text);
};
/** Progress goes to stderr, on one line of a terminal. */
const progress = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${text} `);
};

program
  .command('audit')
  .description(
    'Compares every contact with ledger and rules, and has repaired what differs. Exit 1 if anything was found.',
  )
  .option('--report-only', 'repair nothing')
  .addHelpText(
    'after',
    '\nExamples:\n  widerruf audit --report-only\n  widerruf --stage prod --profile noeku audit --json',
  )
  .action(async ({ reportOnly }: { reportOnly?: boolean }) => {
    const connection = await connect(options());
    const mode = reportOnly ? 'report' : 'repair';
    const report = await sweep(connection, { mode, onPage: ({ contacts }) => progress(`${contacts} contacts …`) });
    print(report, readableReport(report));
    if (Object.values(report.findings).some((count) => count > 0)) process.exitCode = FOUND;
  });

program
  .command('backfill')
  .description(
    'First connection to a portal with years of opt-outs: applies all of them. Goes on where it was interrupted.',
  )
  .option('--dry-run', 'show what would change, per company and brand, and change nothing')
  .addOption(
    new Option('--restart', 'begin anew instead of going on where an earlier one was interrupted').default(false),
  )
  .addHelpText('after', '\nExamples:\n  widerruf --stage prod backfill --dry-run\n  widerruf --stage prod backfill')
  .action(async ({ dryRun, restart }: { dryRun?: boolean; restart: boolean }) => {
    const connection = await connect(options());
    const report = await sweep(connection, {
      mode: dryRun ? 'report' : 'repair',
      restart,
      ...(!dryRun && { resume: 'backfill' }),
      onPage: ({ contacts, counts }) => progress(`${contacts} contacts, ${counts['opt-out-unheard'] ?? 0} opt-outs …`),
    });
    print(report, readableReport(report));
  });

program
  .command('doctor')
  .description('Is this portal what the registry says? Exit 1 if an opt-out could be lost.')
  .addHelpText('after', '\nExample:\n  widerruf --stage prod --registry registry/our-portal.yaml doctor')
  .action(async () => {
    const findings = await examine(await connect(options()));
    print(findings, readableExamination(findings));
    if (findings.some(({ level }) => level === 'loss')) process.exitCode = FOUND;
  });

program
  .command('smoke')
  .description('Is the front door open to HubSpot, and to nobody else? Changes nothing. Exit 1 if not.')
  .addHelpText('after', '\nExample:\n  widerruf --stage prod --registry registry/our-portal.yaml smoke')
  .action(async () => {
    const checks = await smoke(await connect(options()));
    print(checks, readableSmoke(checks));
    if (checks.some(({ answered, expected }) => answered !== expected)) process.exitCode = FOUND;
  });

program
  .command('explain <address-or-contact>')
  .description('Where does this person stand with every company and brand, since when, why, who did it, which rule.')
  .addOption(new Option('--lang <language>', 'language').choices(['en', 'de']).default('en'))
  .addHelpText(
    'after',
    '\nExamples:\n  widerruf explain anna@example.at --lang de\n  widerruf --stage prod explain 101 --json',
  )
  .action(async (who: string, { lang }: { lang: Language }) => {
    const connection = await connect(options());
    const people = await readPeople(await findContacts(who, connection), connection);
    print(people, explain(people, lang));
  });

program
  .command('simulate <file>')
  .description('What would the rules do with these events (JSON or CSV)? Writes nothing and asks nobody.')
  .addHelpText('after', '\nExample:\n  widerruf --registry registry/new.yaml simulate export.csv')
  .action(async (file: string) => {
    const registry = options().registry ?? process.env['WIDERRUF_REGISTRY'] ?? 'registry/noeku.example.yaml';
    const result = await simulate(file, arrangeRegistry(loadRegistry(registry)));
    print(result, readableSimulation(result));
  });

program
  .command('export <address-or-contact>')
  .description('Everything held about a person (Art. 15 GDPR), as JSON with the fields’ meanings, or as CSV.')
  .option('--csv', 'a table that Excel opens')
  .addHelpText('after', '\nExample:\n  widerruf --stage prod export anna@example.at --csv > anna.csv')
  .action(async (who: string, { csv }: { csv?: boolean }) => {
    const connection = await connect(options());
    const people = await readPeople(await findContacts(who, connection), connection);
    process.stdout.write(csv ? csvOf(people) : `${JSON.stringify(exportOf(who, people, connection), null, 2)}\n`);
  });

program
  .command('erase <address-or-contact>')
  .description('Erases a person’s data from the ledger (Art. 17 GDPR); the "no" survives as a keyed hash. Asks first.')
  .option('--yes', 'do not ask')
  .addHelpText('after', `\n${WHAT_STAYS}\nExample:\n  widerruf --stage prod erase anna@example.at`)
  .action(async (who: string, { yes }: { yes?: boolean }) => {
    const connection = await connect(options());
    const contacts = await findContacts(who, connection);
    process.stderr.write(WHAT_STAYS);
    if (!yes && !(await confirmed(`Erase ${contacts.length} records (${contacts.join(', ')})? [y/N] `))) {
      process.stderr.write('nothing was erased\n');
      process.exitCode = FOUND;
      return;
    }
    await erase(contacts, connection);
    print({ erased: contacts }, `erased: ${contacts.join(', ') || 'nothing, there are no records'}\n`);
  });

program
  .command('verify [address-or-contact]')
  .description('Checks the hash chains of all contacts or of one. Exit 1 if an entry was altered, added or removed.')
  .addHelpText('after', '\nExamples:\n  widerruf --stage prod verify\n  widerruf verify 101')
  .action(async (who: string | undefined) => {
    const connection = await connect(options());
    const contacts = who === undefined ? undefined : await findContacts(who, connection);
    const result = await verify(connection, contacts, ({ contacts: count }) => progress(`${count} contacts …`));
    print(result, readableVerification(result));
    if (result.broken.length > 0) process.exitCode = FOUND;
  });

const deadLetters = program.command('dead-letters').description('Messages that could not be processed.');
const queueOption = () => new Option('--queue <name>', 'only this queue').choices(queueNames);
const queuesOf = ({ queue }: { queue?: QueueName }) => (queue === undefined ? queueNames : [queue]);
deadLetters
  .command('list')
  .description('Counts them by reason. Exit 1 if there are any.')
  .addOption(queueOption())
  .action(async (given: { queue?: QueueName }) => {
    const letters = await lookAtDeadLetters(await connect(options()), queuesOf(given));
    const counts = Map.groupBy(letters, ({ queue, reason }) => `${queue}: ${reason}`);
    const lines = [...counts].map(([name, group]) => `${String(group.length).padStart(6)}  ${name}\n`);
    print(
      letters.map(({ body: _, ...rest }) => rest),
      lines.join('') || 'no dead letters\n',
    );
    if (letters.length > 0) process.exitCode = FOUND;
  });
deadLetters
  .command('show <message-id>')
  .description('Shows one of them, body included.')
  .action(async (id: string) => {
    const letter = (await lookAtDeadLetters(await connect(options()), queueNames)).find(
      ({ messageId }) => messageId === id,
    );
    if (letter === undefined) throw new OperatorError(`no dead letter ${id}`);
    print(letter, `${letter.queue}  ${letter.sent}  ${letter.reason}\n${letter.body}\n`);
  });
deadLetters
  .command('redrive [message-id]')
  .description('Sends them back to where they came from. May be interrupted: nothing is lost.')
  .addOption(queueOption())
  .addHelpText('after', '\nExample:\n  widerruf --stage prod dead-letters redrive --queue convergence')
  .action(async (id: string | undefined, given: { queue?: QueueName }) => {
    const count = await redrive(await connect(options()), queuesOf(given), id, (sent) =>
      progress(`${sent} sent back …`),
    );
    print({ redriven: count }, `${count} sent back\n`);
  });

program
  .command('status')
  .description(
    'The oldest opt-out that is not in HubSpot yet, backlog, last audit, refusals today. Exit 1 if any is late or dead.',
  )
  .action(async () => {
    const status = await statusOf(await connect(options()), (count) => progress(`${count} contacts …`));
    print(status, readableStatus(status));
    const dead = Object.values(status.deadLetters).some((count) => count > 0);
    if (status.oldestUnapplied !== null || dead) process.exitCode = FOUND;
  });

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new OperatorError('nobody to ask: use --yes');
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question(question);
  asking.close();
  return /^y(es)?$/i.test(answer.trim());
}

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

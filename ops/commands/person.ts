import { createInterface } from 'node:readline/promises';
import { OperatorError } from '../connect.ts';
import { erase, WHAT_STAYS } from '../erase.ts';
import { explain } from '../explain.ts';
import { csvOf, exportOf } from '../export.ts';
import { findContacts, readPeople } from '../person.ts';
import { type Cli, FOUND } from './cli.ts';
import { tellUnseen } from './tell-unseen.ts';

export function addExplain({ program, options, connect, print }: Cli): void {
  program
    .command('explain <address-or-contact>')
    .description('Where does this person stand with every company and brand, since when, why, who did it, which rule.')
    .addHelpText(
      'after',
      '\nExamples:\n  widerruf explain anna@example.at --lang de\n  widerruf --stage prod explain 101 --json',
    )
    .action(async (who: string) => {
      const connection = await connect();
      const people = await readPeople(await findContacts(who, connection), connection);
      print(people.contacts, explain(people, options().lang));
      tellUnseen(people, options().lang);
    });
}

export function addExport({ program, options, connect }: Cli): void {
  program
    .command('export <address-or-contact>')
    .description('Everything held about a person (Art. 15 GDPR), as JSON with the fields’ meanings, or as CSV.')
    .option('--csv', 'a table that Excel opens')
    .addHelpText('after', '\nExample:\n  widerruf --stage prod export anna@example.at --csv > anna.csv')
    .action(async (who: string, { csv }: { csv?: boolean }) => {
      const connection = await connect();
      const people = await readPeople(await findContacts(who, connection), connection);
      const text = csv ? csvOf(people.contacts) : `${JSON.stringify(exportOf(who, people, connection), null, 2)}\n`;
      process.stdout.write(text);
      tellUnseen(people, options().lang);
    });
}

export function addErase({ program, options, connect, print }: Cli): void {
  program
    .command('erase <address-or-contact>')
    .description(
      'Erases a person’s data from the ledger (Art. 17 GDPR); the "no" survives as a keyed hash. Asks first.',
    )
    .option('--yes', 'do not ask')
    .addHelpText('after', `\n${WHAT_STAYS}\nExample:\n  widerruf --stage prod erase anna@example.at`)
    .action(async (who: string, { yes }: { yes?: boolean }) => {
      const connection = await connect();
      const found = await findContacts(who, connection);
      const { contacts } = found;
      process.stderr.write(WHAT_STAYS);
      if (!yes && !(await confirmed(`Erase ${contacts.length} records (${contacts.join(', ')})? [y/N] `))) {
        process.stderr.write('nothing was erased\n');
        process.exitCode = FOUND;
        return;
      }
      await erase(contacts, connection);
      print({ erased: contacts }, `erased: ${contacts.join(', ') || 'nothing, there are no records'}\n`);
      tellUnseen(found, options().lang);
    });
}

/** Asks a person at the terminal. @throws OperatorError when nobody is there. */
async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new OperatorError('nobody to ask: use --yes');
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question(question);
  asking.close();
  return /^y(es)?$/i.test(answer.trim());
}

import { erase } from '../erase.ts';
import { findContacts, type People, readPeople } from '../person.ts';
import { texts, type Words } from '../texts/words.ts';
import { ask, isYes } from './ask.ts';
import { type Cli, FOUND } from './cli.ts';
import { tellUnseen } from './tell-unseen.ts';

export function addErase({ program, language, help, examples, options, connect, print }: Cli): void {
  program
    .command('erase <address-or-contact>')
    .description(help.erase.what)
    .option('--yes', help.erase.yes)
    .addHelpText('after', `\n${texts[language].whatStays}\n${examples('widerruf --stage prod erase anna@example.at')}`)
    .action(async (who: string, { yes }: { yes?: boolean }) => {
      const connection = await connect();
      const words = texts[options().lang];
      const found = await findContacts(who, connection);
      const people = await readPeople(found, connection);
      const contacts = people.contacts.map(({ contact }) => contact);
      process.stderr.write(`${words.whatStays}\n`);
      const question = `${words.eraseQuestion.replace('{contacts}', contacts.join(', '))} `;
      if (contacts.length > 0 && !yes && !isYes(await ask(question))) {
        process.stderr.write(`${words.nothingErased}\n`);
        process.exitCode = FOUND;
        return;
      }
      await erase(found, connection);
      const deleteInHubSpot = toDelete(people);
      print({ erased: contacts, deleteInHubSpot }, readableErasure(contacts, deleteInHubSpot, words));
      tellUnseen(people, options().lang);
    });
}

/** The records that HubSpot still has, or may have; HubSpot's own data is deleted there. */
function toDelete({ contacts }: People): string[] {
  return contacts.filter(({ existsInHubSpot }) => existsInHubSpot !== false).map(({ contact }) => contact);
}

function readableErasure(erased: readonly string[], inHubSpot: readonly string[], words: Words): string {
  if (erased.length === 0) return `${words.nothingToErase}\n`;
  const left = inHubSpot.length === 0 ? words.nothingInHubSpot : `${words.deleteInHubSpot} ${inHubSpot.join(', ')}`;
  return `${words.erased} ${erased.join(', ')}\n${left}\n`;
}

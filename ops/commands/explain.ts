import { ourTime } from '../../src/clocks.ts';
import { OperatorError } from '../connect.ts';
import { explain } from '../explain.ts';
import { findContacts, readPeople, readPeopleAt } from '../person.ts';
import { speechOf } from '../texts/speech.ts';
import { momentOf } from '../texts/time.ts';
import type { Cli } from './cli.ts';
import { tellUnseen } from './tell-unseen.ts';

export function addExplain({ program, help, examples, options, connect, print }: Cli): void {
  program
    .command('explain <address-or-contact>')
    .description(help.explain.what)
    .addHelpText(
      'after',
      examples(
        'widerruf explain anna@example.at --lang de',
        'widerruf --stage prod explain 101 --json',
        'widerruf explain 101 --at "2026-03-01 12:00"',
      ),
    )
    .option('--at <time>', help.explain.at)
    .action(async (who: string, { at }: { at?: string }) => {
      const moment = at === undefined ? undefined : momentOf(at);
      if (at !== undefined && moment === undefined) {
        throw new OperatorError((t) => t.noTime(at));
      }
      const connection = await connect();
      const found = await findContacts(who, connection);
      const people = await (moment === undefined
        ? readPeople(found, connection)
        : readPeopleAt(ourTime(moment), found, connection));
      print(people.contacts, explain(people, speechOf(options().lang, connection.registryFile)));
      tellUnseen(people, options().lang);
    });
}

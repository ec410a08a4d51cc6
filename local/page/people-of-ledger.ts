import { findContacts, type Lookup, readPeople } from '../../ops/person.ts';
import type { PeopleSource } from './people.ts';
import type { Held } from './row.ts';

/** With a real HubSpot: the people whom the ledger knows, found by id or whole address. */
export function peopleOfLedger(lookup: Lookup): PeopleSource {
  return {
    async find(words) {
      const wanted = words.trim();
      if (wanted !== '') {
        const found = await findContacts(wanted, lookup).catch(() => ({ contacts: [] }));
        return found.contacts;
      }
      const all: string[] = [];
      for await (const { contact } of lookup.ledger.everybody()) all.push(contact);
      return all.reverse();
    },
    async held(contacts) {
      const people = await readPeople({ contacts: [...contacts] }, lookup);
      return people.contacts.map(
        ({ contact, existsInHubSpot, controls }): Held => ({
          contact,
          email: '',
          record: existsInHubSpot === true ? 'living' : 'unknown',
          portalWide: false,
          values: Object.fromEntries(
            controls.flatMap(({ control, value }) => (value === undefined ? [] : [[control, value]])),
          ),
          protectedValues: {},
        }),
      );
    },
  };
}

import { disclosureOf } from '../../ops/disclosure.ts';
import { findContacts, type Lookup, readPeople } from '../../ops/person.ts';
import type { Speech } from '../../ops/texts/speech.ts';
import type { PeopleSource } from './people.ts';

type Deps = Lookup & { source: PeopleSource };

/** What is stored about a person, to be printed: the page that `widerruf export --to` writes. By address, where HubSpot shows one. */
export async function disclosurePage(contact: string, deps: Deps, speech: Speech): Promise<string> {
  const [held] = await deps.source.held([contact]);
  const who = held?.email || contact;
  const people = await readPeople(await findContacts(who, deps), deps);
  return disclosureOf({ who, at: Date.now() }, people, speech);
}

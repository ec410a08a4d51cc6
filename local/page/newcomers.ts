import type { Registry } from '../../src/registry/registry.ts';
import type { Twin } from '../hubspot/twin.ts';
import type { Layout } from './layout.ts';

/** What somebody new has subscribed to before the story begins. */
export type NewPeople = { statuses: Record<string, 'SUBSCRIBED'> };

/** Somebody new gets everything: each company's and brand's mail, and buyer service mail. */
export function newPeopleOf({ controls }: Registry, { protectedTypes }: Layout): NewPeople {
  const types = [...controls.values()].flatMap(({ control }) => (control.kind === 'subscription' ? [control.id] : []));
  const all = [...types, ...protectedTypes.map(({ id }) => id)];
  return { statuses: Object.fromEntries(all.map((id) => [id, 'SUBSCRIBED' as const])) };
}

/** @throws Error when somebody has the address already. */
export function createPerson(email: string, { statuses }: NewPeople, { portal, people }: Twin): { id: string } {
  if (portal.byAddress(email).length > 0) throw new Error(`somebody has the address ${email} already`);
  return people.createContact({ email, statuses });
}

const FIRST = [
  'anna',
  'bela',
  'clara',
  'david',
  'elif',
  'franz',
  'greta',
  'hannes',
  'ines',
  'jakob',
  'katarina',
  'lukas',
];
const LAST = ['auer', 'berger', 'cerny', 'dorner', 'eder', 'fuchs', 'gruber', 'hofer', 'ilic', 'jung', 'kern', 'lang'];

/** Many people at once, each with an address that nobody has. Returns how many. */
export function createCrowd(count: number, newPeople: NewPeople, twin: Twin): { created: number } {
  let created = 0;
  for (let n = 0; created < count; n++) {
    const [first, last] = [FIRST[n % FIRST.length], LAST[Math.floor(n / FIRST.length) % LAST.length]];
    const round = Math.floor(n / (FIRST.length * LAST.length));
    const email = `${first}.${last}${round === 0 ? '' : round}@example.at`;
    if (twin.portal.byAddress(email).length > 0) continue;
    twin.people.createContact({ email, ...newPeople });
    created++;
  }
  return { created };
}

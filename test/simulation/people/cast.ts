import type { Step } from '../scenario.ts';
import type { World } from '../world/world.ts';
import { asHeld } from './spelling.ts';

/** Who a person is at the moment: the contact, its address, and the addresses that the contact had before. */
export type Role = { id: string; email: string; earlier?: string[] };

/** A scenario's three people, by their numbers 0 to 2. */
export type Cast = {
  world: World;
  people: Role[];
  /** Addresses without a contact yet, that have left the newsletters of the brands. */
  lived: string[];
  /** How many addresses were made up for renames. */
  renames: number;
};

/** Types of the test registry: the companies' own, and those of their brands. */
const ALL_TYPES = [501, 511, 512, 521, 601, 611];
const BRAND_TYPES = [511, 521, 611];

/** Makes the three people: one was never asked, one subscribed to all, one to some. */
export function createCast(world: World): Cast {
  const lived = world.scenario.steps.flatMap(addressWithAPast).map((plain) => address(plain, world));
  for (const email of lived) leaveBrands(email, world);
  const people = [0, 1, 2].map((n) => {
    const email = address(`person-${n}@example.at`, world);
    for (const type of ALL_TYPES) {
      const status = firstStatus(n, type);
      world.twin.portal.setStatus(email, type, { status, source: 'Form' }, { changeSource: 'FORM' });
    }
    return createContact(email, world);
  });
  return { world, people, lived, renames: 0 };
}

/** Somebody becomes a contact, and the truth hears whose address it is. */
export function createContact(email: string, { twin, truth, scheduler }: World): Role {
  const { id } = twin.people.createContact({ email });
  truth.holds(id, email, scheduler.now);
  return { id, email };
}

/** An address as this play spells it. */
export function address(plain: string, { scenario: { odd } }: World): string {
  return asHeld(plain, odd?.spelling);
}

/** Whether another living contact has the address, as its primary or an additional one. */
export function isTaken(email: string, { twin }: World): boolean {
  return [...twin.portal.contacts.values()].some((contact) => {
    const additional = twin.portal.property(contact, 'hs_additional_emails') ?? '';
    return !contact.archived && [twin.portal.emailOf(contact), ...additional.split(';')].includes(email);
  });
}

/** Somebody of the cast, by number. */
export function roleOf(who: number, { people }: Cast): Role {
  return people[who] as Role;
}

function addressWithAPast(step: Step, n: number): string[] {
  return step.do === 'address' && step.lived ? [`lived-${n}@example.at`] : [];
}

function firstStatus(person: number, type: number): 'SUBSCRIBED' | 'NOT_SPECIFIED' {
  const isSubscribed = [false, true, type % 2 === 1][person];
  return isSubscribed ? 'SUBSCRIBED' : 'NOT_SPECIFIED';
}

function leaveBrands(email: string, { twin }: World): void {
  for (const type of BRAND_TYPES) {
    twin.portal.setStatus(email, type, { status: 'UNSUBSCRIBED', source: 'Link' }, { changeSource: 'EMAIL' });
  }
}

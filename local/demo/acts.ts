import { BUYER_MAIL, COMPANY, CONTROLS, type Person } from './story.ts';

/** The person unsubscribes from the company by the link in a mail. */
export const optOut = ({ twin, id }: Person) => twin.people.unsubscribeByLink({ contact: id, subscription: COMPANY });

/** A new contact gets the person's address; the story goes on with the new contact. */
export const createAgain = (person: Person) => {
  Object.assign(person, person.twin.people.createContact({ email: person.email }));
};

/** The person fills in a form, typing in another address where `email` is given. */
export const fill =
  (form: string, email?: string) =>
  ({ twin, id }: Person) =>
    twin.people.submitForm({ contact: id, form, ...(email !== undefined && { email }) });

/** The faults of the checks that do not hold. */
export function expectAll(checks: [holds: boolean, fault: string][]): string[] {
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault);
}

/** What must hold under a company opt-out. */
export const everythingClosed = (person: Person) =>
  expectAll([
    [person.closed() === CONTROLS, `${CONTROLS - person.closed()} controls are open`],
    [person.status(BUYER_MAIL) === 'SUBSCRIBED', 'buyer mail was touched'],
  ]);

/** What must hold after a way back: the company is open, and `closed` other controls are not. */
export const cameBack = (person: Person, closed: number) =>
  expectAll([
    [person.status(COMPANY) === 'SUBSCRIBED', 'the company is not open'],
    [person.closed() === closed, `${person.closed()} controls are closed instead of ${closed}`],
  ]);

import { cameBack, createAgain, everythingClosed, expectAll, fill, optOut } from './acts.ts';
import { COMPANY, CONTROLS, FORM_OF_COMPANY, type Story } from './story.ts';

/** The rules of a person through merges, deletions, renames, and of events out of order (R8, R9). */
export const storiesOfPeople: Story[] = [
  {
    rule: 'R8',
    what: 'opts out; then a contact of theirs that had not is merged with this one',
    steps: [
      optOut,
      (person) => {
        const { id } = person.twin.people.createContact({ email: `other-${person.email}` });
        Object.assign(person, person.twin.people.mergeContacts({ primary: id, other: person.id }));
        person.email = `other-${person.email}`;
      },
    ],
    check: (person) => expectAll([[person.closed() === CONTROLS, `${CONTROLS - person.closed()} controls are open`]]),
  },
  {
    rule: 'R8',
    what: 'opts out; the contact is deleted and created again',
    steps: [optOut, ({ twin, id }) => twin.people.deleteContact({ contact: id }), createAgain],
    check: everythingClosed,
  },
  {
    rule: 'R8',
    what: 'opts out; an employee changes the e-mail address',
    steps: [
      optOut,
      (person) => {
        person.email = `new-${person.email}`;
        person.twin.people.editProperty({ contact: person.id, name: 'email', value: person.email });
      },
    ],
    check: (person) => expectAll([[person.closed() === CONTROLS, `${CONTROLS - person.closed()} controls are open`]]),
  },
  {
    rule: 'R8',
    what: 'opts out; is deleted for privacy; a list brings the address back',
    steps: [optOut, ({ twin, id }) => twin.people.deleteForPrivacy({ contact: id }), createAgain],
    check: everythingClosed,
  },
  {
    rule: 'R8',
    what: 'opts out, and HubSpot’s webhook is lost; the nightly audit finds it',
    steps: [
      (person) => {
        person.twin.behaviour.lostContacts.add(person.id);
        optOut(person);
      },
      ({ audit }) => audit(),
    ],
    check: everythingClosed,
  },
  {
    rule: 'R9',
    what: 'comes back by form; the old opt-out is delivered again, late and twice',
    steps: [
      optOut,
      fill(FORM_OF_COMPANY),
      ({ twin, id }) => {
        const old = {
          subscriptionType: 'contact.propertyChange',
          portalId: 24681357,
          objectId: Number(id),
          occurredAt: Date.now() - 3_600_000,
          propertyName: `hs_email_optout_${COMPANY}`,
          propertyValue: 'true',
        };
        twin.people.sendEvents({
          events: [
            { ...old, eventId: 1 },
            { ...old, eventId: 2 },
          ],
        });
      },
    ],
    check: (person) => cameBack(person, 1),
  },
];

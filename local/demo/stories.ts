import { setTimeout as sleep } from 'node:timers/promises';
import { SHORT_GRACE_S } from './short-registry.ts';
import {
  BUYER_MAIL,
  COMPANY,
  CONTROLS,
  FORM,
  FORM_OF_COMPANY,
  FORM_WITH_DOUBLE_OPT_IN,
  KUNSTHALLE_NEWS,
  type Person,
  type Story,
} from './story.ts';

const optOut = ({ twin, id }: Person) => twin.people.unsubscribeByLink({ contact: id, subscription: COMPANY });
const createAgain = (person: Person) => {
  Object.assign(person, person.twin.people.createContact({ email: person.email }));
};
const fill =
  (form: string, email?: string) =>
  ({ twin, id }: Person) =>
    twin.people.submitForm({ contact: id, form, ...(email !== undefined && { email }) });

function expectAll(checks: [holds: boolean, fault: string][]): string[] {
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault);
}
const everythingClosed = (person: Person) =>
  expectAll([
    [person.closed() === CONTROLS, `${CONTROLS - person.closed()} controls are open`],
    [person.status(BUYER_MAIL) === 'SUBSCRIBED', 'buyer mail was touched'],
  ]);
const cameBack = (person: Person, closed: number) =>
  expectAll([
    [person.status(COMPANY) === 'SUBSCRIBED', 'the company is not open'],
    [person.closed() === closed, `${person.closed()} controls are closed instead of ${closed}`],
  ]);

/** The rules of design §1, each as something that happens to one person. */
export const stories: Story[] = [
  { rule: 'R1', what: 'opts out of the company by the link in a mail', steps: [optOut], check: everythingClosed },
  {
    rule: 'R1',
    what: 'an employee takes the person off the company’s list',
    steps: [({ twin, id }) => twin.people.unsubscribeByEmployee({ contact: id, subscription: COMPANY })],
    check: everythingClosed,
  },
  {
    rule: 'R1',
    what: 'unsubscribes from all mail of the account',
    steps: [({ twin, id }) => twin.people.unsubscribeFromAll({ contact: id })],
    check: (person) => [
      ...everythingClosed(person),
      ...expectAll([[person.status(901) === 'UNSUBSCRIBED', 'another company is still open']]),
    ],
  },
  {
    rule: 'R2',
    what: 'blocks one brand only',
    steps: [
      ({ twin, id }) => twin.people.editProperty({ contact: id, name: 'dsgvo_sperre_landesgalerie', value: 'true' }),
    ],
    check: (person) => expectAll([[person.closed() === 1, 'more than that brand was closed']]),
  },
  {
    rule: 'R2',
    what: 'leaves one newsletter only',
    steps: [({ twin, id }) => twin.people.unsubscribeByLink({ contact: id, subscription: KUNSTHALLE_NEWS })],
    check: (person) => expectAll([[person.closed() === 1, 'more than that newsletter was closed']]),
  },
  {
    rule: 'R3',
    what: 'opts out; tickets and cancellations must still arrive',
    steps: [optOut],
    check: ({ twin, ...person }) =>
      expectAll([
        [person.status(BUYER_MAIL) === 'SUBSCRIBED', 'buyer mail was touched'],
        [!twin.calls.some(({ path }) => path.includes('unsubscribe-all')), 'unsubscribe-all was called'],
      ]),
  },
  {
    rule: 'R4',
    what: 'opts out, then comes back by the company’s form',
    steps: [optOut, fill(FORM_OF_COMPANY)],
    check: (person) => cameBack(person, 1),
  },
  {
    rule: 'R4',
    what: 'opts out; somebody submits the form with another address in the same browser',
    steps: [optOut, fill(FORM_OF_COMPANY, 'somebody.else@example.at')],
    check: everythingClosed,
  },
  {
    rule: 'R5',
    what: 'opts out; an employee re-subscribes the person',
    steps: [optOut, ({ twin, id }) => twin.people.subscribeByEmployee({ contact: id, subscription: COMPANY })],
    check: everythingClosed,
  },
  {
    rule: 'R5',
    what: 'opts out; an import re-subscribes the person and opens a brand',
    steps: [
      optOut,
      ({ twin, email }) =>
        twin.people.importRows({
          rows: [{ email, statuses: { [COMPANY]: 'SUBSCRIBED' }, properties: { dsgvo_sperre_landesgalerie: 'false' } }],
        }),
    ],
    check: everythingClosed,
  },
  {
    rule: 'R5',
    what: 'opts out; an opt-in says it came from a form, but no submission follows',
    steps: [
      optOut,
      ({ twin, email }) => {
        twin.portal.setStatus(email, COMPANY, { status: 'SUBSCRIBED', source: 'Form' }, { changeSource: 'FORM' });
      },
      () => sleep((SHORT_GRACE_S + 2) * 1000),
    ],
    check: everythingClosed,
  },
  {
    rule: 'R6',
    what: 'had blocked one brand, opts out, comes back by another brand’s form',
    before: { properties: { dsgvo_sperre_forum_frohner: 'true' } },
    steps: [optOut, fill(FORM)],
    check: (person) => [
      ...cameBack(person, 1),
      ...expectAll([
        [person.property('dsgvo_sperre_forum_frohner') === 'true', 'the person’s own block was lifted'],
        [person.status(KUNSTHALLE_NEWS) === 'SUBSCRIBED', 'the newsletter of the form is not subscribed'],
        [person.status(521) === 'NOT_SPECIFIED', 'a brand is more open than before'],
      ]),
    ],
  },
  {
    rule: 'R7',
    what: 'opts out; fills in a form that demands double opt-in, does not confirm',
    steps: [optOut, fill(FORM_WITH_DOUBLE_OPT_IN)],
    check: everythingClosed,
  },
  {
    rule: 'R7',
    what: 'the same, and then confirms',
    steps: [optOut, fill(FORM_WITH_DOUBLE_OPT_IN), ({ twin, id }) => twin.people.confirm({ contact: id })],
    check: (person) => cameBack(person, 0),
  },
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

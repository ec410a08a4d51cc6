import { everythingClosed, expectAll, optOut } from './acts.ts';
import { BUYER_MAIL, COMPANY, KUNSTHALLE_NEWS, type Story } from './story.ts';

/** The rules of an opt-out: how far a "no" reaches, and what it never touches (R1–R3). */
export const storiesOfOptOuts: Story[] = [
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
];

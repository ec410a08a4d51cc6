import { setTimeout as sleep } from 'node:timers/promises';
import { cameBack, everythingClosed, expectAll, fill, optOut } from './acts.ts';
import { SHORT_GRACE_S } from './short-registry.ts';
import { COMPANY, FORM, FORM_OF_COMPANY, FORM_WITH_DOUBLE_OPT_IN, KUNSTHALLE_NEWS, type Story } from './story.ts';

/** The rules of a way back: who may come back, how, and to what (R4–R7). */
export const storiesOfReturns: Story[] = [
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
];

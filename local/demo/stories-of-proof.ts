import { setTimeout as sleep } from 'node:timers/promises';
import { cameBack, everythingClosed, expectAll, fill, optOut } from './acts.ts';
import { SHORT_LAG_S } from './short-registry.ts';
import { FORM_OF_COMPANY, FORM_WITH_DOUBLE_OPT_IN, type Person, type Story } from './story.ts';

/** When the person clicked the confirmation, ms. */
const clickedAt = ({ twin, id }: Person) =>
  twin.portal.contact(id)?.properties['hs_emailconfirmationstatus']?.[0]?.timestamp ?? 0;

/** The proof of a way back: HubSpot's list of the form's submissions, and the owner's own click (R4, R7). */
export const storiesOfProof: Story[] = [
  {
    rule: 'R4',
    what: 'opts out; a colleague enrols the contact in the form’s workflow, which tells of a submission that nobody made',
    steps: [optOut, ({ twin, id }) => twin.people.enrolByHand({ contact: id, form: FORM_OF_COMPANY })],
    check: everythingClosed,
  },
  {
    rule: 'R7',
    what: 'opts out, clicks an old confirmation; a stranger posts the form in their name, dated before the click',
    steps: [
      optOut,
      ({ twin, id }) => twin.people.confirm({ contact: id }),
      (person) => {
        const { twin, email } = person;
        twin.people.postForm({ form: FORM_WITH_DOUBLE_OPT_IN, email, submittedAt: clickedAt(person) - 1 });
      },
    ],
    check: (person) => [...everythingClosed(person), ...expectAll([[clickedAt(person) > 0, 'nobody clicked']])],
  },
  {
    rule: 'R4',
    what: 'opts out, comes back by form, and the workflow’s call is lost; the nightly audit finds the submission',
    steps: [
      optOut,
      (person) => {
        const { lostContacts } = person.twin.behaviour;
        lostContacts.add(person.id);
        fill(FORM_OF_COMPANY)(person);
        lostContacts.delete(person.id);
      },
      async ({ audit }) => {
        await sleep((SHORT_LAG_S + 1) * 1000);
        await audit();
      },
    ],
    check: (person) => cameBack(person, 1),
  },
];

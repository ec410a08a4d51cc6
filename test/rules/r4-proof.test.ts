import { describe, expect, test } from 'vitest';
import {
  findSubmission,
  type ListedSubmission,
  NOT_LISTED,
  type Sought,
  unreadable,
  WITHOUT_CONSENT,
} from '../../src/rules/r4-proof.ts';
import { type InMs, timed } from '../helpers/state.ts';

/** R4: which of the submissions that HubSpot lists proves a return. All of it happens around `ARRIVED`, ms. */
const ARRIVED = 1_000_000;
const MINUTE = 60_000;
const ANNA = 'anna@example.at';
const TYPE = 501;

/** A submission of Anna's; its id says when, so that a test names the one that it means by its time. */
const listed = (at: number, more: Partial<InMs<ListedSubmission>> = {}): ListedSubmission =>
  timed<ListedSubmission>({
    id: `of ${at}`,
    at,
    address: ANNA,
    consents: new Map(),
    ...more,
  } as InMs<ListedSubmission>);
const ticked = (at: number, isTicked: boolean) => listed(at, { consents: new Map([[TYPE, isTicked]]) });

function found(list: readonly ListedSubmission[], sought: Partial<InMs<Sought>> = {}) {
  const all = { address: ANNA, after: ARRIVED - 10 * MINUTE, arrivedAt: ARRIVED, ...sought };
  const answer = findSubmission(list, timed<Sought>(all as InMs<Sought>));
  return typeof answer === 'string' ? answer : answer.submission.id;
}

describe('a submission proves a return', () => {
  test.each<[string, ListedSubmission[], Partial<InMs<Sought>>, string]>([
    ['later than the opt-out', [listed(ARRIVED - 10 * MINUTE + 1)], {}, `of ${ARRIVED - 10 * MINUTE + 1}`],
    ['not at the moment of the opt-out: the "no" wins', [listed(ARRIVED - 10 * MINUTE)], {}, 'not-listed'],
    ['of whatever age, where no opt-out stands', [listed(1)], { after: undefined }, 'of 1'],
    ['of that address only', [listed(ARRIVED, { address: 'bert@example.at' })], {}, 'not-listed'],
    ['five minutes after its event at most', [listed(ARRIVED + 5 * MINUTE)], {}, `of ${ARRIVED + 5 * MINUTE}`],
    ['and not later than that', [listed(ARRIVED + 5 * MINUTE + 1)], {}, 'not-listed'],
    ['which stands in the list', [], {}, 'not-listed'],
  ])('%s', (_, list, sought, outcome) => {
    expect(found(list, sought)).toBe(outcome);
  });
});

describe('of several submissions counts', () => {
  const early = listed(ARRIVED - 3 * MINUTE);
  const late = listed(ARRIVED - MINUTE);
  const after = listed(ARRIVED + MINUTE);
  const longAfter = listed(ARRIVED + 2 * MINUTE);

  test.each<[string, ListedSubmission[], Partial<InMs<Sought>>, ListedSubmission]>([
    ['the one of the time that the event states', [early, late, after], { stated: ARRIVED - 3 * MINUTE }, early],
    ['that one, even if it is later than the arrival', [late, after], { stated: ARRIVED + MINUTE }, after],
    ['else the newest from before the event arrived', [early, late, after], { stated: ARRIVED - 2 * MINUTE }, late],
    ['the same where the event states no time', [after, late, early], {}, late],
    ['the one of the very moment of the arrival', [early, listed(ARRIVED), after], {}, listed(ARRIVED)],
    ['else the oldest from after it: the clocks differ', [after, longAfter, listed(ARRIVED + 3 * MINUTE)], {}, after],
  ])('%s', (_, list, sought, { id }) => {
    for (const order of [list, list.toReversed()]) expect(found(order, sought)).toBe(id);
  });
});

describe('a consent box of the company', () => {
  const own = { typeAt: () => TYPE };

  test('that was left empty is no return; one that was ticked, or that the list does not tell of, is', () => {
    expect(found([ticked(ARRIVED, false)], own)).toBe('without-consent');
    expect(found([ticked(ARRIVED, true)], own)).toBe(`of ${ARRIVED}`);
    expect(found([listed(ARRIVED)], own)).toBe(`of ${ARRIVED}`);
  });

  test('of another type says nothing of this company', () => {
    expect(found([ticked(ARRIVED, false)], { typeAt: () => 601 })).toBe(`of ${ARRIVED}`);
    expect(found([ticked(ARRIVED, false)])).toBe(`of ${ARRIVED}`);
  });

  test('left empty once does not undo another submission that ticked it', () => {
    const both = [ticked(ARRIVED - MINUTE, true), ticked(ARRIVED, false)];
    expect(found(both, { ...own, stated: ARRIVED })).toBe(`of ${ARRIVED - MINUTE}`);
  });
});

test('each reason for a refusal tells people what was missing', () => {
  expect(NOT_LISTED.refused).toBe(
    'HubSpot’s list of the form’s submissions shows none by this address after the opt-out: it lifts nothing',
  );
  expect(WITHOUT_CONSENT.refused).toBe('the form’s consent box was left empty: it lifts nothing');
  expect(unreadable('403').refused).toBe(
    'HubSpot’s list of the form’s submissions cannot be read (403), and policy.unverifiedSubmissions refuses what only the event tells',
  );
});

import { describe, expect, test } from 'vitest';
import { UNSEEN } from '../../src/registry/control.ts';
import { desiredControls } from '../../src/rules/desired-controls.ts';
import { closedByOthers, rememberPrior } from '../../src/rules/r6-prior.ts';
import type { CompanyState, Written } from '../../src/rules/state.ts';
import { GALLERY, LIBRARY, LIBRARY_BLOCK, testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt, timed } from '../helpers/state.ts';

const registry = testRegistry();

test('R6: a value that HubSpot refused to show before the fan-out is unknown: a return does not restore it', () => {
  const before = { [GALLERY]: UNSEEN, [LIBRARY_BLOCK]: UNSEEN, [LIBRARY]: 'SUBSCRIBED' };
  const { companies } = rememberPrior(knowing(optedOutAt(100)), { before }, undefined, registry);
  expect(companies['museum']?.prior).toEqual({ [GALLERY]: null, [LIBRARY_BLOCK]: null, [LIBRARY]: 'SUBSCRIBED' });
  const returned = { ...timed<CompanyState>(companies['museum'] as CompanyState), returns: [back(200)] };
  expect([...desiredControls(knowing(returned), registry).keys()]).toEqual(['subscription:501', LIBRARY]);
});

describe('R6: a closing of ours that changed nothing: the control was closed by', () => {
  const plan = (at: number) => timed<Written>({ at, from: at, until: at + 60_000, planned: true });
  const confirmed = (at: number) => timed<Written>({ at, from: at - 10, until: at + 10 });
  const found = {
    kind: 'applied',
    before: { [GALLERY]: 'SUBSCRIBED' },
    after: { [GALLERY]: 'UNSUBSCRIBED' },
    written: {},
    lifted: {},
  } as const;
  const priorAfter = (writes: { closed: Written[]; open?: Written[] }) => {
    const prior = { [GALLERY]: 'SUBSCRIBED' };
    const state = knowing({ ...optedOutAt(100), prior }, { written: { [GALLERY]: writes } });
    return closedByOthers(state, found, undefined, registry).companies['museum']?.prior[GALLERY];
  };

  test.each<[string, { closed: Written[]; open?: Written[] }, string]>([
    ['somebody else', { closed: [plan(200)] }, 'UNSUBSCRIBED'],
    ['another pass of ours, which has told', { closed: [plan(200), confirmed(220)] }, 'SUBSCRIBED'],
    [
      'another pass of ours, perhaps: HubSpot’s status tells before a lift',
      { closed: [plan(200), plan(210)] },
      'SUBSCRIBED',
    ],
    ['somebody else, long after ours', { closed: [confirmed(220), plan(60_240)] }, 'UNSUBSCRIBED'],
    ['somebody else, after our lift', { closed: [confirmed(220), plan(900)], open: [confirmed(500)] }, 'UNSUBSCRIBED'],
  ])('%s', (_, writes, expected) => {
    expect(priorAfter(writes)).toBe(expected);
  });
});

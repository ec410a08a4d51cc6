import { describe, expect, test } from 'vitest';
import { hubspotTime } from '../../src/clocks.ts';
import { desiredControls } from '../../src/rules/desired-controls.ts';
import { isLiftDue, type Return } from '../../src/rules/state.ts';
import { GALLERY, STAGE, testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt, timed } from '../helpers/state.ts';

const registry = testRegistry();

describe('after a lift that HubSpot holds, of returns up to 200', () => {
  const lifted = {
    returns: [],
    awaiting: [],
    prior: {},
    grace: {},
    ...optedOutAt(100),
    liftedOptOut: hubspotTime(100),
  };
  const isDue = (...returns: Return[]) =>
    isLiftDue({ ...lifted, returns: [back(200), ...returns], liftedUpTo: hubspotTime(200) });

  test.each<[string, boolean, Return[]]>([
    ['due again, when a later form names a brand', true, [back(201, { brand: 'gallery' })]],
    ['not due, when a later form names none', false, [back(201)]],
    ['not due, when the form was there at the lift', false, [back(200, { brand: 'gallery' })]],
    ['not due, when the form was older', false, [back(150, { brand: 'gallery' })]],
    ['due again, when a form that names a brand is heard of late', true, [back(150, { brand: 'gallery', late: true })]],
    ['not due, when nothing came', false, []],
  ])('a lift is %s', (_, due, returns) => {
    expect(isDue(...returns)).toBe(due);
  });

  test('a ledger that does not tell of which returns the lift was, lifts nothing again', () => {
    expect(isLiftDue({ ...lifted, returns: [back(200, { brand: 'gallery' })] })).toBe(false);
  });
});

describe('a brand that moved is a matter of two companies: closed is stricter', () => {
  const out = { ...optedOutAt(100), returns: [], awaiting: [], grace: {} };
  const returned = { ...out, returns: [back(200)] };

  test.each([
    ['the former company’s opt-out stands, and the owner came back to the present one', STAGE, out, returned],
    ['the owner came back to the present company, and the former one’s opt-out stands', GALLERY, returned, out],
  ])('%s', (_, control, museum, theatre) => {
    const prior = { [control]: 'SUBSCRIBED' };
    const companies = { museum: { ...museum, prior }, theatre: { ...theatre, prior } };
    const state = { ...knowing({}), companies };
    expect(desiredControls(timed(state), registry).get(control)).toMatchObject({ to: 'closed', optOutAt: 100 });
    const both = { ...state, companies: { museum: { ...returned, prior }, theatre: { ...returned, prior } } };
    expect(desiredControls(timed(both), registry).get(control), 'back to both').toMatchObject({ to: 'restored' });
  });
});

import { expect, test } from 'vitest';
import { UNSEEN } from '../../src/registry/control.ts';
import { desiredControls } from '../../src/rules/desired-controls.ts';
import { rememberPrior } from '../../src/rules/r6-prior.ts';
import type { CompanyState } from '../../src/rules/state.ts';
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

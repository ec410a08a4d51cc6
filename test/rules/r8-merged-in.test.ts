import { expect, test } from 'vitest';
import { mergedIn } from '../../src/rules/r8-record.ts';
import { applied, decided, museumOptOut, planned } from '../helpers/entries.ts';

const linked = { type: 'linked' as const, contacts: ['7', '8'] };

test.each([
  [
    'a merge tells which contacts became part of the contact',
    decided({ at: 1 }, [{ ...linked, mergedAt: 1 }]),
    ['7', '8'],
  ],
  [
    'of all that a merge brought, the merge alone tells so',
    decided({ at: 1 }, [museumOptOut(1), { ...linked, mergedAt: 1 }, { type: 'gone', gone: false }]),
    ['7', '8'],
  ],
  ['a contact of which only the opt-out was taken over stays one of its own', decided({ at: 1 }, [linked]), []],
  ['an opt-out makes nobody part of the contact', decided({ at: 1 }, [museumOptOut(1)]), []],
  ['nor does a plan', planned({ at: 1 }), []],
  ['nor does what HubSpot took', applied({ at: 1 }), []],
])('R8: %s', (_, entry, contacts) => {
  expect(mergedIn(entry)).toEqual(contacts);
});

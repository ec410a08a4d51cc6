import { expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { EntryBody, LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { testRegistry } from '../helpers/registry.ts';
import { webhook } from '../helpers/state.ts';

const registry = testRegistry();
const TYPE = 'subscription:521';
const BLOCK = 'property:block_library';

const optOut: EntryBody = {
  kind: 'decision',
  rule: 'R1',
  outcome: 'opted-out',
  reason: '',
  source: webhook,
  occurredAt: hubspotTime(100),
  changes: [{ type: 'company-opt-out', companies: ['museum'], at: hubspotTime(100), source: webhook }],
  converge: true,
};
const planned = (before: Record<string, string>): EntryBody => ({ kind: 'planned', before, intended: {} });
const applied = (before: Record<string, string>, unfinished?: true): EntryBody => ({
  kind: 'applied',
  before,
  after: {},
  written: {},
  lifted: {},
  ...(unfinished && { unfinished }),
});

/** The state after entries, each with the hash of the address that it is about. */
function after(...entries: [body: EntryBody, addressHash?: string][]) {
  const ledger = entries.map(
    ([body, addressHash], i) =>
      ({ seq: i + 1, recordedAt: ourTime(i), body, ...(addressHash && { addressHash }) }) as LedgerEntry,
  );
  const { address, companies } = replay(ledger, registry);
  return { address, prior: companies['museum']?.prior };
}

test('R6: what a type held before is noted once for each address, what a property held once for all', () => {
  const [first, second] = [
    { [TYPE]: 'SUBSCRIBED', [BLOCK]: 'false' },
    { [TYPE]: 'NOT_SPECIFIED', [BLOCK]: 'true' },
  ];
  const closed = { [TYPE]: 'UNSUBSCRIBED', [BLOCK]: 'true' };
  expect(after([optOut], [planned(first), 'a'], [applied(second), 'b'], [planned(closed), 'a'])).toEqual({
    address: 'a',
    prior: { [`${TYPE} of a`]: 'SUBSCRIBED', [BLOCK]: 'false', [`${TYPE} of b`]: 'NOT_SPECIFIED' },
  });
});

test('R6: a write that is told of late says neither what was there before nor which address the contact has', () => {
  const [opened, before] = [{ [TYPE]: 'SUBSCRIBED' }, { [TYPE]: 'NOT_SPECIFIED' }];
  expect(after([optOut], [planned(before), 'b'], [applied(opened, true), 'a'])).toEqual({
    address: 'b',
    prior: { [`${TYPE} of b`]: 'NOT_SPECIFIED' },
  });
});

test('of a contact without an address nothing is noted by address', () => {
  expect(after([optOut], [planned({ [BLOCK]: '' })])).toEqual({ address: undefined, prior: { [BLOCK]: '' } });
});

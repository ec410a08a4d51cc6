import { expect, test } from 'vitest';
import { withClosedBefore } from '../../src/rules/r6-closed-before.ts';
import type { ShownStatus } from '../../src/rules/sight.ts';
import type { CompanyState, ContactState } from '../../src/rules/state.ts';
import { GALLERY, testRegistry } from '../helpers/registry.ts';
import { shows, write } from '../helpers/shown.ts';
import { back, type InMs, knowing, optedOutAt } from '../helpers/state.ts';

/** R6: a brand’s type that somebody had closed before the opt-out, though the fan-out read it as subscribed. */

const registry = testRegistry();
const due = { ...optedOutAt(5000), returns: [back(9000)], prior: { [GALLERY]: 'SUBSCRIBED' } };
function priorOf(
  status: Partial<ShownStatus>,
  at: number,
  company: Partial<InMs<CompanyState>> = due,
  more: Partial<InMs<ContactState>> = {},
) {
  const statuses = [shows('UNSUBSCRIBED', at, { subscriptionId: 511, source: 'Recipient', ...status })];
  const sight = { exists: true, address: { hash: 'a', statuses }, others: [], actual: {} };
  return withClosedBefore(knowing(company, more), sight, registry).companies['museum']?.prior[GALLERY];
}

test('before a lift, what the status shows as closed since before the opt-out was closed then', () => {
  expect(priorOf({}, 4000)).toBe('UNSUBSCRIBED');
  expect(priorOf({}, 5000), 'in the very moment of the opt-out').toBe('UNSUBSCRIBED');
});

test.each<[string, ReturnType<typeof priorOf>]>([
  ['was closed after the opt-out', priorOf({}, 5001)],
  ['carries our mark: the fan-out of another record', priorOf({ marked: true }, 4000)],
  ['was closed by us', priorOf({}, 4000, due, { written: { [GALLERY]: { closed: [write(4000)] } } })],
  ['is open', priorOf({ status: 'SUBSCRIBED' }, 4000)],
  ['is of somebody who did not come back', priorOf({}, 4000, { ...optedOutAt(5000), prior: due.prior })],
])('what the fan-out found stays known where the type %s', (_, prior) => {
  expect(prior).toBe('SUBSCRIBED');
});

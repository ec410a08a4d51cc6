import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { PermanentError, RetryableError } from '../../src/errors.ts';
import type { ControlKey } from '../../src/registry/control.ts';
import type { PlacedControl } from '../../src/registry/registry.ts';
import type { Desired } from '../../src/rules/desired.ts';
import { planWrites } from '../../src/rules/plan.ts';
import type { Sight } from '../../src/rules/sight.ts';
import { nothingKnown } from '../../src/rules/state.ts';
import { entryOf, type WriteResult } from '../../src/rules/written.ts';
import { GALLERY, GALLERY_NEWS, testRegistry } from '../helpers/registry.ts';

/** Two closings that were tried, by what HubSpot answered to each. */

const registry = testRegistry();
const span = { from: ourTime(900), until: ourTime(950) };
const close = (key: ControlKey): Desired => ({
  to: 'closed',
  control: registry.controls.get(key) as PlacedControl,
  optOutAt: hubspotTime(100),
});
const seen: Sight = { exists: true, address: { hash: 'a', statuses: [] }, others: [], actual: {} };
function recorded(results: Record<ControlKey, WriteResult>, sight = seen) {
  const desired = new Map([GALLERY, GALLERY_NEWS].map((key) => [key, close(key)]));
  const found = { [GALLERY]: 'SUBSCRIBED', [GALLERY_NEWS]: 'SUBSCRIBED' };
  const plan = planWrites(desired, found, registry, ourTime(1000));
  const step = { do: 'write' as const, desired, plan, also: [] };
  const given = entryOf({ step, state: nothingKnown, sight, span }, new Map(Object.entries(results)), registry);
  return { failure: undefined, ...given };
}
const took = { at: hubspotTime(7) };

describe('what is recorded of a write', () => {
  test('HubSpot’s word for who wrote, where HubSpot gives one', () => {
    const { entry } = recorded({ [GALLERY]: { ...took, source: 'Public API' }, [GALLERY_NEWS]: took });
    expect(entry.written).toStrictEqual({
      [GALLERY]: { direction: 'closed', ...took, ...span, source: 'Public API' },
      [GALLERY_NEWS]: { direction: 'closed', ...took, ...span },
    });
  });

  test('nothing, where nobody knows whether an earlier try of ours closed the control: its plan stays', () => {
    const { entry } = recorded({ [GALLERY]: { at: undefined, unsure: true }, [GALLERY_NEWS]: { at: undefined } });
    expect(entry).toMatchObject({ after: { [GALLERY_NEWS]: 'UNSUBSCRIBED' }, written: {} });
    expect(entry.after).not.toHaveProperty([GALLERY]);
  });
});

describe('what is recorded of a refusal', () => {
  const refused = { refused: 'VALIDATION_ERROR' };

  test('every control that HubSpot refuses to close, with the reason', () => {
    const { entry, failure } = recorded({ [GALLERY]: refused, [GALLERY_NEWS]: refused });
    expect(entry.refused).toEqual({ [GALLERY]: 'VALIDATION_ERROR', [GALLERY_NEWS]: 'VALIDATION_ERROR' });
    expect(failure).toEqual(new PermanentError(`HubSpot refuses to close ${GALLERY}, ${GALLERY_NEWS}`));
  });

  test('none, where a write failed that HubSpot may take later', () => {
    const { entry, failure } = recorded({ [GALLERY]: took, [GALLERY_NEWS]: { failed: 'LOCKED' } });
    expect(failure).toBeInstanceOf(RetryableError);
    expect(entry).not.toHaveProperty('refused');
  });
});

test('a contact that HubSpot refuses to show is tried again, and said to be so', () => {
  const { entry, failure } = recorded({ [GALLERY]: took, [GALLERY_NEWS]: took }, { ...seen, unread: true });
  expect(entry.unfinished).toBe(true);
  expect(failure).toEqual(new RetryableError('HubSpot does not show the contact'));
});

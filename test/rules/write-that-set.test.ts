import { describe, expect, test } from 'vitest';
import { writeThatSet } from '../../src/rules/set-by-us.ts';
import type { ShownStatus } from '../../src/rules/sight.ts';
import type { Written } from '../../src/rules/state.ts';
import { MUSEUM } from '../helpers/registry.ts';
import { planned, shows, write } from '../helpers/shown.ts';
import { knowing } from '../helpers/state.ts';

/** Of these closings of the museum's type by us, the one that set a status which HubSpot shows; the echo window is two seconds. */
const setBy = (closed: Written[], status: ShownStatus) =>
  writeThatSet(knowing({}, { written: { [MUSEUM]: { closed } } }), { control: MUSEUM, to: 'closed', status }, 2000);

describe('who set a status that HubSpot shows', () => {
  test('we did, at HubSpot’s very time of our write, whatever the source', () => {
    expect(setBy([write(5000)], shows('UNSUBSCRIBED', 5000, { source: 'Recipient' }))).toEqual(write(5000));
  });

  test('we did, a little beside it, where the status carries our mark or the source of our write', () => {
    expect(setBy([write(5000, 'Public API')], shows('UNSUBSCRIBED', 4000))).toEqual(write(5000, 'Public API'));
    expect(setBy([write(5000)], shows('UNSUBSCRIBED', 6000, { source: '', marked: true }))).toEqual(write(5000));
  });

  test('somebody else did, beside our own write, where source and mark are others', () => {
    expect(setBy([write(5000, 'Public API')], shows('UNSUBSCRIBED', 4000, { source: 'Recipient' }))).toBeUndefined();
    expect(setBy([write(5000)], shows('UNSUBSCRIBED', 4000, { source: '' }))).toBeUndefined();
    expect(setBy([write(5000, 'Public API')], shows('UNSUBSCRIBED', 2999))).toBeUndefined();
    expect(setBy([write(5000, 'Public API')], shows('UNSUBSCRIBED', undefined))).toBeUndefined();
  });

  test('a write that is only planned may have', () => {
    expect(setBy([planned], shows('UNSUBSCRIBED', 5000))).toBe(planned);
  });
});

describe('which of our writes set a status', () => {
  test('the one at the status’s very time, and not an earlier one beside it', () => {
    const both = [write(4000, 'Public API'), write(5000, 'Public API')];
    expect(setBy(both, shows('UNSUBSCRIBED', 5000))).toBe(both[1]);
  });

  test('one that HubSpot confirmed, and not one that may still be under way', () => {
    const confirmed = write(4000, 'Public API');
    expect(setBy([planned, confirmed], shows('UNSUBSCRIBED', 5000))).toBe(confirmed);
  });

  test('one that was only planned has no time of HubSpot’s to lie beside: after its end it set nothing', () => {
    expect(setBy([planned], shows('UNSUBSCRIBED', 60_900, { marked: true }))).toBe(planned);
    expect(setBy([planned], shows('UNSUBSCRIBED', 60_901, { marked: true }))).toBeUndefined();
  });
});

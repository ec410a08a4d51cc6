import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import { parseEvent } from '../../src/hubspot/event-format.ts';
import { parseJson } from '../../src/hubspot/fields.ts';
import { signalOfWebhook } from '../../src/hubspot/webhook-event.ts';
import { testRegistry } from '../helpers/registry.ts';

const NOW = 1_764_000_000_000;
const registry = testRegistry();
const long = 'x'.repeat(250);

/** Events as HubSpot sends them, and a little off in every way that the quick reading might overlook. */
const event = fc.record(
  {
    subscriptionType: fc.constantFrom(
      ...['contact.propertyChange', 'object.propertyChange', 'contact.creation', 'contact.merge', 'object.merge'],
      ...[
        'object.deletion',
        'contact.privacyDeletion',
        'contact.restore',
        'company.propertyChange',
        'contact.other',
        '',
      ],
    ),
    eventType: fc.constantFrom('contact.propertyChange', 'contact.deletion', 7),
    objectTypeId: fc.constantFrom('0-1', '0-2', ` 0-1`, `0-1${long}`, 1),
    portalId: fc.constantFrom(1, 2, -1, 1.5),
    objectId: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, -3, 2 ** 53, 1.5)),
    occurredAt: fc.oneof(
      fc.integer({ min: NOW - 9, max: NOW + 9 }),
      fc.constantFrom(0, -1, 1_764_000_000, Date.UTC(2006) - 1, Date.UTC(2006), 9_999_999_999_999, 10_000_000_000_000),
    ),
    propertyName: fc.constantFrom('hs_email_optout_501', 'hs_email_optout', 'block_gallery', 'email', 'lastname', 7),
    propertyValue: fc.constantFrom('true', 'TRUE ', '', 'false', 'Confirmed', 'anything', true, null, 0, {}),
    changeSource: fc.constantFrom('EMAIL', '', long, 7, null),
    sourceId: fc.constantFrom('userId:7', 'anna@example.at', '', long, 7, null),
    primaryObjectId: fc.integer({ min: 1, max: 9 }),
    mergedObjectIds: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
    newObjectId: fc.integer({ min: 1, max: 9 }),
    unknownField: fc.anything(),
  },
  { requiredKeys: [] },
);

describe('the quick reading of a usual event and the forgiving one of any event agree', () => {
  /** An id as a text says the same as the number, and is nothing that the quick reading takes. */
  const text = (id: number | undefined) => (id !== undefined && Number.isSafeInteger(id) && id >= 0 ? `${id}` : id);
  const asAny = <T extends { portalId?: number; objectId?: number }>(one: T) => ({
    ...one,
    portalId: text(one.portalId),
    objectId: text(one.objectId),
  });

  test('on the signal', () => {
    fc.assert(
      fc.property(event, (one) => {
        const read = (input: unknown) => signalOfWebhook(input, registry, ourTime(NOW));
        expect(read(one)).toEqual(read(asAny(one)));
      }),
      { numRuns: 5000 },
    );
  });

  test('on every field that is known', () => {
    const usual = {
      subscriptionType: 'object.propertyChange',
      ...{ objectTypeId: '0-1', portalId: 1, objectId: 123, occurredAt: NOW },
      ...{ propertyName: 'hs_email_optout_501', propertyValue: 'true', changeSource: long, sourceId: long },
    };
    expect(parseEvent(usual)).toEqual({ ...parseEvent(asAny(usual)) });
    expect(parseEvent(usual)).toMatchObject({ portalId: '1', objectId: '123', changeSource: 'x'.repeat(200) });
  });
});

test('ids of sixteen and more digits stay text, wherever they stand', () => {
  const digits = fc.stringMatching(/^[1-9]\d{12,20}$/);
  const around = fc.string({ maxLength: 40 });
  fc.assert(
    fc.property(fc.array(fc.tuple(around, digits), { maxLength: 5 }), (pairs) => {
      const text = `[${pairs.map(([key, number]) => `{${JSON.stringify(key)}:${number}}`).join(',')}]`;
      const values = (parseJson(text) as Record<string, unknown>[]).map((one) => Object.values(one)[0]);
      expect(values).toEqual(pairs.map(([, n]) => (Number.isSafeInteger(Number(n)) ? Number(n) : n)));
    }),
    { numRuns: 2000 },
  );
});

import { describe, expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import { parseJson } from '../../src/hubspot/fields.ts';
import { signalOfWebhook } from '../../src/hubspot/webhook-event.ts';
import { testRegistry } from '../helpers/registry.ts';

const registry = testRegistry();
const NOW = 1_764_000_000_000;
const classic = {
  eventId: 1,
  subscriptionId: 12345,
  portalId: 1,
  appId: 54321,
  occurredAt: 1_763_999_999_000,
  subscriptionType: 'contact.propertyChange',
  attemptNumber: 0,
  objectId: 123,
  propertyName: 'hs_email_optout_501',
  propertyValue: 'true',
  changeSource: 'CRM_UI',
  sourceId: 'userId:882761034',
};
const generic = {
  ...classic,
  subscriptionType: 'object.propertyChange',
  objectTypeId: '0-1',
  isSensitive: false,
};
const read = (event: unknown) => signalOfWebhook(event, registry, ourTime(NOW));

describe('webhook events', () => {
  test.each([
    ['contact.*', classic],
    ['object.*', generic],
  ])('%s: the company’s opt-out', (_, event) => {
    expect(read(event)).toMatchObject({
      kind: 'control',
      portal: 1,
      contact: '123',
      control: 'subscription:501',
      to: 'closed',
      occurredAt: classic.occurredAt,
      source: { channel: 'webhook', change: 'CRM_UI', id: 'userId:882761034' },
    });
  });

  test('both formats of one change, and its redeliveries, are one signal', () => {
    const again = { ...classic, eventId: 77, attemptNumber: 3 };
    const ids = [classic, generic, again].map((event) => (read(event) as { id: string }).id);
    expect(new Set(ids).size).toBe(1);
    expect(read({ ...classic, occurredAt: classic.occurredAt + 1 })).not.toMatchObject({ id: ids[0] });
  });

  test.each([
    ['hs_email_optout', 'true', 'portal-wide', 'closed'],
    ['hs_email_optout', '', 'portal-wide', 'open'],
    ['hs_email_optout_511', 'false', 'subscription:511', 'open'],
    ['block_gallery', 'true', 'property:block_gallery', 'closed'],
    ['block_gallery', '', 'property:block_gallery', 'open'],
  ])('%s = "%s"', (propertyName, propertyValue, control, to) => {
    expect(read({ ...classic, propertyName, propertyValue })).toMatchObject({ control, to });
  });

  test('numbers as strings, ids beyond 32 bits, unknown fields and missing optional ones', () => {
    const event = { subscriptionType: 'contact.propertyChange', portalId: '1', objectId: '874716779721', future: {} };
    const rest = { occurredAt: '1763999999000', propertyName: 'hs_email_optout_501', propertyValue: true };
    expect(read({ ...event, ...rest })).toMatchObject({ contact: '874716779721', to: 'closed' });
  });

  test.each([
    { sourceId: 123 },
    { sourceId: null },
    { changeSource: 7 },
    { eventType: null },
    { primaryObjectId: null, newObjectId: '', mergedObjectIds: null },
    { propertyValue: ' TRUE ' },
    { propertyValue: true },
  ])('%j costs no opt-out', (odd) => {
    expect(read({ ...classic, ...odd })).toMatchObject({ control: 'subscription:501', to: 'closed' });
  });

  test.each([
    undefined,
    null,
    '',
    '2026-11-25',
    '2026-13-24T99:00Z',
    1_763_999_999,
    1_763_999_999_000.5,
    -1,
    '9999999999999999',
  ])('an opt-out at %j has no usable time: it counts from when it arrived', (occurredAt) => {
    expect(read({ ...classic, occurredAt })).toMatchObject({ to: 'closed', occurredAt: NOW });
    const confirmation = { ...classic, propertyName: 'hs_emailconfirmationstatus', propertyValue: 'Confirmed' };
    expect(read({ ...confirmation, occurredAt }), 'a confirmation confirms nothing').toBe('unreadable');
  });

  test('without a value, or with a hidden one, nobody knows what it is: HubSpot is asked', () => {
    const { propertyValue: _, ...valueless } = classic;
    for (const event of [valueless, { ...classic, propertyValue: null }]) {
      const { propertyName: property } = event;
      expect(read(event)).toMatchObject({ kind: 'lifecycle', event: 'unclear', property });
      const confirmation = { ...event, propertyName: 'hs_emailconfirmationstatus' };
      expect(read(confirmation)).toMatchObject({ event: 'unclear', property: confirmation.propertyName });
    }
    expect(read({ ...classic, propertyValue: '' })).toMatchObject({ kind: 'control', to: 'open' });
  });

  test('an object id that no number holds exactly is text from the first byte on', () => {
    const text = JSON.stringify(classic).replace(/"objectId":\d+/, '"objectId":90071992547409931');
    expect(read(parseJson(text))).toMatchObject({ contact: '90071992547409931' });
    expect(parseJson('{"a":1.5,"b":"12345678901234567","c":[123456789012345678901]}')).toEqual({
      a: 1.5,
      b: '12345678901234567',
      c: ['123456789012345678901'],
    });
  });

  test.each<{ propertyValue: unknown }>([
    { propertyValue: 'REDACTED' },
    { propertyValue: {} },
    { propertyValue: { toString: 1, valueOf: 1 } },
    { propertyValue: ['x'] },
    { propertyValue: 7 },
  ])('of %j nobody knows what it is: HubSpot is asked', (propertyValue) => {
    for (const propertyName of ['hs_email_optout', 'hs_email_optout_501', 'block_gallery']) {
      expect(read({ ...classic, propertyName, propertyValue })).toMatchObject({
        kind: 'lifecycle',
        event: 'unclear',
      });
    }
  });

  test('a confirmation of double opt-in', () => {
    const event = { ...classic, propertyName: 'hs_emailconfirmationstatus', propertyValue: 'Confirmed' };
    expect(read(event)).toMatchObject({ kind: 'confirmation', value: 'Confirmed' });
  });

  test('an older portal’s sourceId that holds a user’s address is not kept', () => {
    expect(JSON.stringify(read({ ...classic, sourceId: 'user@example.at' }))).not.toContain('@');
  });

  test.each([
    ['an unknown type', { ...classic, subscriptionType: 'contact.associationChange' }, 'unknown-type'],
    ['another kind of object', { ...generic, objectTypeId: '0-2' }, 'unknown-type'],
    ['a property no rule needs', { ...classic, propertyName: 'lastname' }, 'unwatched-property'],
    ['buyer service mail', { ...classic, propertyName: 'hs_email_optout_9001' }, 'unwatched-property'],
    ['another portal', { ...classic, portalId: 2 }, 'other-portal'],
    ['no portal', { ...classic, portalId: null }, 'unreadable'],
    ['no object', { ...classic, objectId: undefined }, 'unreadable'],
    [
      'a type named like something every object has',
      { ...classic, subscriptionType: 'contact.toString' },
      'unknown-type',
    ],
    ['a property named so', { ...classic, propertyName: '__proto__' }, 'unwatched-property'],
    ['not an object at all', 'x', 'unreadable'],
  ])('%s is dropped by name', (_, event, reason) => {
    expect(read(event)).toBe(reason);
  });
});

describe('events about the record itself', () => {
  test.each([
    ['contact.creation', 'created'],
    ['object.creation', 'created'],
    ['contact.deletion', 'deleted'],
    ['object.restore', 'restored'],
    ['contact.privacyDeletion', 'erased'],
  ])('%s', (subscriptionType, event) => {
    const base = subscriptionType.startsWith('object') ? generic : classic;
    const { propertyName: _, propertyValue: __, ...rest } = base;
    expect(read({ ...rest, subscriptionType })).toMatchObject({ kind: 'lifecycle', event, contact: '123' });
  });

  test.each(['email', 'hs_additional_emails'])('a change of %s keeps no address', (propertyName) => {
    const signal = read({ ...classic, propertyName, propertyValue: 'new@example.at' });
    expect(signal).toMatchObject({ kind: 'lifecycle', event: 'address-changed' });
    expect(JSON.stringify(signal)).not.toContain('@');
  });

  test.each([
    ['into the primary', { primaryObjectId: 5, mergedObjectIds: [6, 7] }, '5', ['6', '7']],
    ['into a contact of its own', { primaryObjectId: 5, mergedObjectIds: [6], newObjectId: 9 }, '9', ['5', '6']],
    [
      'with ids as strings, named twice',
      { objectId: '5', primaryObjectId: '5', mergedObjectIds: ['6', '5'] },
      '5',
      ['6'],
    ],
  ])('a merge %s: all named ids are one person', (_, ids, contact, others) => {
    const event = { subscriptionType: 'object.merge', objectTypeId: '0-1', portalId: 1, occurredAt: NOW, ...ids };
    expect(read(event)).toMatchObject({ kind: 'merge', contact, others });
    expect(read({ ...event, ...{ primaryObjectId: undefined, newObjectId: undefined, objectId: undefined } })).toBe(
      'unreadable',
    );
  });
});

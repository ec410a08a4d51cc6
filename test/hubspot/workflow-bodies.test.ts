import { describe, expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import { signalsOfWorkflow } from '../../src/hubspot/workflow-body.ts';
import type { FormSignal } from '../../src/signals/signal.ts';
import { forms, testRegistry } from '../helpers/registry.ts';

const registry = testRegistry();
const NOW = 1_764_000_000_000;

describe('workflow bodies', () => {
  const submission = {
    event: 'form-submission',
    formId: forms.ofBrand,
    contactId: '123',
    email: 'Anna@Example.at',
    submittedAt: 1_763_999_999_000,
    pageUrl: 'https://example.at/newsletter',
  };
  const from = (body: unknown) => signalsOfWorkflow(body, registry, ourTime(NOW));

  test('a form submission, numbers as strings, id in capitals', () => {
    const [plain] = from(submission);
    expect(plain).toMatchObject({ kind: 'form', form: forms.ofBrand, contact: '123', address: 'Anna@Example.at' });
    const strings = {
      ...submission,
      formId: forms.ofBrand.toUpperCase(),
      contactId: ' 123 ',
      submittedAt: '1763999999000',
    };
    expect(from(strings)).toEqual([plain]);
    const iso = { ...submission, submittedAt: new Date(submission.submittedAt).toISOString() };
    expect(from(iso), 'a time as a property token may be rendered').toEqual([plain]);
  });

  test('a submission without a usable time is one whose time HubSpot’s list has to tell', () => {
    for (const submittedAt of [undefined, '', 'yesterday', 12]) {
      const [signal] = from({ ...submission, submittedAt });
      expect(signal).toMatchObject({ kind: 'form', untimed: true, contact: '123' });
      expect((signal as FormSignal).occurredAt).toBe((signal as FormSignal).receivedAt);
    }
  });

  test('form id, contact id and portal are enough', () => {
    const { formId, contactId } = submission;
    const [signal] = from({ event: 'form-submission', formId, contactId, portalId: 1 });
    expect(signal).toMatchObject({ kind: 'form', untimed: true, contact: '123' });
    expect(signal).not.toHaveProperty('address');
  });

  test.each<[unknown, number]>([
    ['2025-11-24', Date.UTC(2025, 10, 24)],
    [1_763_999_999, 1_763_999_999_000],
    [' 1763999999 ', 1_763_999_999_000],
  ])('a submission at %j counts from the beginning of that day or second', (submittedAt, occurredAt) => {
    expect(from({ ...submission, submittedAt })).toMatchObject([{ kind: 'form', occurredAt }]);
  });

  test.each([
    { event: ' Form_Submission ' },
    { formId: submission.formId.replaceAll('-', '').toUpperCase() },
    { formId: `{${submission.formId}}` },
    { portalId: 1 },
  ])('understood all the same: %j', (odd) => {
    expect(from({ ...submission, ...odd })).toMatchObject([{ kind: 'form', form: submission.formId, contact: '123' }]);
  });

  test('a sandbox’s body is of another portal', () => {
    expect(from({ ...submission, portalId: '2' })).toEqual(['other-portal']);
  });

  test.each(['', null, undefined])(
    'of contact id %j the address tells whose submission it is; with neither nobody is named',
    (contactId) => {
      expect(from({ ...submission, contactId })).toMatchObject([
        { kind: 'form', contact: '0', address: submission.email },
      ]);
      expect(from({ ...submission, contactId, email: '' })).toEqual(['unreadable']);
      const change = {
        event: 'subscription-change',
        subscriptionId: 501,
        status: 'opted-out',
        occurredAt: NOW,
        contactId,
      };
      const [anna, berta] = [...from({ ...change, email: 'anna@x.at' }), ...from({ ...change, email: 'berta@x.at' })];
      expect(anna).toMatchObject({ kind: 'control', contact: '0', address: 'anna@x.at', to: 'closed' });
      expect((anna as { id: string }).id, 'two people of one moment are two signals').not.toBe(
        (berta as { id: string }).id,
      );
    },
  );

  test.each<[string, string]>([
    ['Opted-Out', 'closed'],
    ['opted-out ', 'closed'],
    ['OPTED_OUT', 'closed'],
    ['unsubscribed', 'closed'],
    ['Opted in', 'open'],
  ])('a subscription change to "%s" is %s', (status, to) => {
    const change = { event: 'subscription-change', subscriptionId: 501, contactId: 123, occurredAt: NOW, status };
    expect(from(change)).toMatchObject([{ kind: 'control', to }]);
  });

  test('a subscription change to nobody knows what: HubSpot is asked', () => {
    for (const odd of [{ status: 'perhaps' }, { status: undefined }, { subscriptionId: undefined }]) {
      const change = { event: 'subscription-change', subscriptionId: 501, contactId: 123, status: 'opted-out', ...odd };
      expect(from(change)).toMatchObject([{ kind: 'lifecycle', event: 'unclear', contact: '123' }]);
    }
  });

  test('of an endless page or address only the beginning goes on', () => {
    const [signal] = from({ ...submission, pageUrl: 'p'.repeat(10_000), email: 'e'.repeat(10_000) });
    expect(signal).toMatchObject({ page: 'p'.repeat(2000), address: 'e'.repeat(320) });
  });

  test('a subscription change', () => {
    const body = {
      event: 'subscription-change',
      subscriptionId: '501',
      status: 'opted-out',
      contactId: 123,
      occurredAt: NOW,
    };
    expect(from(body)).toMatchObject([{ kind: 'control', control: 'subscription:501', to: 'closed', contact: '123' }]);
    expect(from({ ...body, status: 'opted-in' })).toMatchObject([{ to: 'open' }]);
    for (const occurredAt of [undefined, null, '', '2026-11-25', 1_763_999_999]) {
      expect(from({ ...body, occurredAt })).toMatchObject([{ to: 'closed', occurredAt: NOW }]);
    }
    expect(from({ ...body, subscriptionId: 9001 })).toEqual(['unwatched-property']);
  });

  test('HubSpot’s full contact body lists every submission', () => {
    const body = {
      vid: 123,
      'portal-id': 1,
      properties: { email: { value: 'anna@example.at' }, lastname: { value: 'A' } },
      'form-submissions': [
        { 'conversion-id': 'a', timestamp: NOW - 5, 'form-id': forms.ofBrand, 'page-url': 'https://example.at/a' },
        {
          'conversion-id': 'b',
          timestamp: NOW - 3,
          'form-id': forms.ofCompany,
          'contact-associated-by': ['LEAD_GUID'],
        },
        { 'conversion-id': 'c', timestamp: NOW - 1, 'form-id': 'unknown' },
        { 'conversion-id': 'd', timestamp: 'yesterday', 'form-id': forms.ofBrand },
      ],
    };
    const [first, second, third, fourth] = from(body);
    expect(first).toMatchObject({ form: forms.ofBrand, address: 'anna@example.at' });
    expect(second, 'bound by the browser only: nobody knows the address').not.toHaveProperty('address');
    expect(third).toBe('unwatched-property');
    expect(fourth, 'one that is odd costs none of the others').toBe('unreadable');
    expect(from({ ...body, 'portal-id': 2 })).toEqual(['other-portal']);
  });

  test.each([
    [{ event: 'something-new' }, 'unknown-type'],
    [{ event: 'form-submission' }, 'unreadable'],
    [{ event: 'subscription-change', status: 'opted-out' }, 'unreadable'],
    [{ event: 7 }, 'unreadable'],
    [{ hello: 1 }, 'unreadable'],
    [[1], 'unreadable'],
  ])('%j is counted', (body, reason) => {
    expect(from(body)).toEqual([reason]);
  });

  test('of a record that was merged away: the merge is told, and the forms are those of what came out', () => {
    const body = (more: object) => ({
      vid: 123,
      'canonical-vid': 456,
      properties: { email: { value: 'anna@example.at' } },
      'form-submissions': [
        { 'form-id': forms.ofBrand, timestamp: 1_763_999_999_000, 'contact-associated-by': ['EMAIL'] },
      ],
      ...more,
    });
    const form = { kind: 'form', contact: '456', form: forms.ofBrand };
    const merge = { kind: 'merge', contact: '456', others: ['123'] };
    expect(from(body({}))).toMatchObject([{ ...merge, occurredAt: NOW }, form]);
    const audits = [
      { 'vid-to-merge': 9, timestamp: 1 },
      { 'vid-to-merge': '123', timestamp: 1_763_000_000_000 },
    ];
    expect(from(body({ 'merge-audits': audits }))).toMatchObject([{ ...merge, occurredAt: 1_763_000_000_000 }, form]);
    expect(from(body({ 'merge-audits': 'none' }))).toMatchObject([merge, form]);
    expect(from(body({ 'canonical-vid': '123' }))).toMatchObject([{ ...form, contact: '123' }]);
    expect(from(body({ 'canonical-vid': null }))).toMatchObject([{ ...form, contact: '123' }]);
  });
});

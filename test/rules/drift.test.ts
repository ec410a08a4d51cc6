import { describe, expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import { auditedProperties, closingsOf, type Finding, findDrift } from '../../src/rules/drift.ts';
import { nothingKnown } from '../../src/rules/state.ts';
import { GALLERY, LIBRARY_BLOCK, MUSEUM, TICKETS, testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt } from '../helpers/state.ts';

const registry = testRegistry();
const drift = (state: typeof nothingKnown, properties: Record<string, string>) =>
  findDrift({ contact: '7', entries: [], state }, { properties, others: [] }, registry, ourTime(1000));
const finding = (kind: Finding['kind'], control: string): Finding => ({ kind, contact: '7', control });

test('an audit reads what shows each control, buyer service mail, the addresses and the portal-wide "no"', () => {
  expect(auditedProperties(registry)).toEqual(
    expect.arrayContaining([
      'hs_email_optout',
      'email',
      'hs_additional_emails',
      'hs_email_optout_501',
      'block_gallery',
      'hs_email_optout_9001',
      'ticket_mail',
    ]),
  );
});

test('R3: buyer service mail that somebody closed is reported', () => {
  expect(drift(nothingKnown, { hs_email_optout_9001: 'true', ticket_mail: 'true' })).toEqual([
    finding('protected-closed', TICKETS),
    finding('protected-closed', 'property:ticket_mail'),
  ]);
  expect(drift(nothingKnown, { hs_email_optout_9001: 'false' })).toEqual([]);
});

test('R1: only what is open is open under an opt-out', () => {
  const closed = {
    hs_email_optout_501: 'true',
    hs_email_optout_511: 'true',
    hs_email_optout_512: 'true',
    hs_email_optout_513: 'true',
    hs_email_optout_521: 'true',
    block_gallery: 'true',
  };
  expect(drift(knowing(optedOutAt(100)), closed)).toEqual([finding('open-under-opt-out', LIBRARY_BLOCK)]);
  expect(drift(knowing(optedOutAt(100)), { ...closed, block_library: 'true' })).toEqual([]);
});

test('R4: a lift that HubSpot does not hold is reported, and is no opening under an opt-out', () => {
  const due = knowing({ ...optedOutAt(100), returns: [back(200)] });
  expect(drift(due, { hs_email_optout_501: 'true' })).toEqual([finding('lift-unapplied', MUSEUM)]);
});

describe('a return that HubSpot gives no effect', () => {
  const lifted = { ...optedOutAt(100), returns: [back(200)], liftedOptOut: 100, liftedUpTo: 200 };
  const flagged = { hs_email_optout: 'true' };

  test('because HubSpot refused to open the company’s type: reported beside what may be a new opt-out', () => {
    const stuck = knowing(lifted, { leftClosed: [MUSEUM] });
    expect(drift(stuck, { hs_email_optout_501: 'true' })).toEqual([
      finding('return-without-effect', MUSEUM),
      finding('opt-out-unheard', MUSEUM),
    ]);
    expect(drift(knowing(lifted), { hs_email_optout_501: 'true' })).toEqual([finding('opt-out-unheard', MUSEUM)]);
    expect(drift(stuck, {})).toEqual([]);
  });

  test('because "unsubscribed from all" from before stands', () => {
    expect(drift(knowing(lifted), flagged)).toContainEqual(finding('return-without-effect', 'portal-wide'));
    expect(drift(knowing({ ...optedOutAt(100), returns: [back(200)] }), flagged)).not.toContainEqual(
      finding('return-without-effect', 'portal-wide'),
    );
    expect(drift(nothingKnown, flagged)).toEqual([finding('opt-out-unheard', 'portal-wide')]);
    expect(drift(knowing(optedOutAt(100)), flagged)).not.toContainEqual(
      finding('return-without-effect', 'portal-wide'),
    );
  });
});

describe('what a repair closes', () => {
  const open = { block_gallery: 'true', hs_email_optout_501: 'true', hs_email_optout_511: 'true' };

  test('of one control: its place', () => {
    expect(closingsOf([finding('open-under-opt-out', GALLERY)], open, registry)).toEqual(['museum/gallery']);
    expect(closingsOf([finding('open-under-opt-out', MUSEUM)], open, registry)).toEqual(['museum']);
    expect(closingsOf([finding('open-under-opt-out', 'subscription:1')], open, registry)).toEqual([]);
  });

  test.each(['opt-out-unheard', 'opt-out-of-address'] as const)('of %s: every open control of the company', (kind) => {
    expect(closingsOf([finding(kind, MUSEUM)], open, registry)).toEqual([
      'museum/gallery',
      'museum/gallery',
      'museum/library',
      'museum/library',
    ]);
    expect(closingsOf([finding(kind, 'subscription:1')], open, registry)).toEqual([]);
  });

  test('of the portal-wide "no": every company', () => {
    const places = closingsOf([finding('opt-out-unheard', 'portal-wide')], {}, registry);
    expect(new Set(places)).toEqual(
      new Set(['museum', 'museum/gallery', 'museum/library', 'theatre', 'theatre/stage']),
    );
  });

  test('of what is only reported or lifted: nothing', () => {
    expect(
      closingsOf([finding('protected-closed', TICKETS), finding('lift-unapplied', MUSEUM)], open, registry),
    ).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import {
  auditedProperties,
  closingsOf,
  FINDINGS,
  type Finding,
  findDrift,
  ONLY_REPORTED,
} from '../../src/rules/drift.ts';
import { nothingKnown } from '../../src/rules/state.ts';
import {
  changedRegistry,
  GALLERY,
  GALLERY_BLOCK,
  LIBRARY_BLOCK,
  MUSEUM,
  museumControls,
  TICKETS,
  testRegistry,
} from '../helpers/registry.ts';
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

test('only what people in HubSpot have to mend is merely reported; everything else is repaired', () => {
  expect(FINDINGS.filter((kind) => ONLY_REPORTED.includes(kind))).toEqual([
    'return-without-effect',
    'protected-closed',
  ]);
});

describe('R1: only what is open is open under an opt-out', () => {
  const types = [501, 511, 512, 513, 521].map((id) => [`hs_email_optout_${id}`, 'true'] as const);
  const closed = { ...Object.fromEntries(types), block_gallery: 'true', block_library: 'true' };
  const optedOut = knowing(optedOutAt(100));

  test.each<[what: string, shown: Record<string, string>, open: string[]]>([
    ['nothing', {}, []],
    ['a property that nobody set', { block_library: '' }, [LIBRARY_BLOCK]],
    ['a type that nobody set', { hs_email_optout_511: '' }, [GALLERY]],
    ['a type that was opened', { hs_email_optout_511: 'false' }, [GALLERY]],
  ])('%s', (_, shown, open) => {
    expect(drift(optedOut, { ...closed, ...shown })).toEqual(open.map((key) => finding('open-under-opt-out', key)));
  });

  test.each<[words: string, shown: string | undefined, isOpen: boolean]>([
    ['blocked: ja, open: nein', 'ja', false],
    ['blocked: ja, open: nein', 'nein', true],
    ['blocked: ja, open: nein', 'true', true],
    ['blocked: ja, open: nein', undefined, true],
    ['blocked: "", open: ja', undefined, false],
    ['blocked: "", open: ja', 'ja', true],
  ])('by the property’s own words: %s, shown as %s', (words, shown, isOpen) => {
    const other = changedRegistry([
      'name: block_gallery, blocked: "true", open: "false"',
      `name: block_gallery, ${words}`,
    ]);
    const { block_gallery: _, ...rest } = closed;
    const properties = { ...rest, ...(shown !== undefined && { block_gallery: shown }) };
    const dossier = { contact: '7', entries: [], state: optedOut };
    const found = findDrift(dossier, { properties, others: [] }, other, ourTime(1000));
    expect(found).toEqual(isOpen ? [finding('open-under-opt-out', GALLERY_BLOCK)] : []);
  });

  test('R8: at other addresses of the contact, each type once', () => {
    const others = ['a', 'b'].map((hash) => ({ hash, statuses: [] }));
    const dossier = { contact: '7', entries: [], state: optedOut };
    const found = findDrift(dossier, { properties: closed, others }, registry, ourTime(1000));
    const ofTypes = museumControls.filter((key) => key.startsWith('subscription:'));
    expect(found).toEqual(ofTypes.map((key) => finding('open-under-opt-out', key)));
  });
});

test.each([
  ['older than the newest of several returns: heard', 300, false],
  ['as old as the newest return: R9, unheard', 400, true],
  ['newer than all of them: unheard', 500, true],
])('"unsubscribed from all", %s', (_, at, isUnheard) => {
  const theatre = knowing(optedOutAt(1000)).companies['museum'] ?? expect.fail();
  const lifted = { liftedOptOut: 100, liftedUpTo: 400 };
  const { companies } = knowing({ ...optedOutAt(100), returns: [back(200), back(400)], ...lifted });
  const state = { ...nothingKnown, companies: { ...companies, theatre } };
  const shown = { properties: { hs_email_optout: 'true' }, others: [], portalWideAt: hubspotTime(at) };
  const found = findDrift({ contact: '7', entries: [], state }, shown, registry, ourTime(1000));
  expect(found.some(({ kind }) => kind === 'opt-out-unheard')).toBe(isUnheard);
});

test('"unsubscribed from all" is an unheard opt-out of a company of which none was ever told, whatever form came later', () => {
  const theatre = knowing(optedOutAt(1)).companies['museum'] ?? expect.fail();
  const museum = knowing({ returns: [back(200)] }).companies['museum'] ?? expect.fail();
  const both = { ...nothingKnown, companies: { museum, theatre } };
  expect(drift(both, { hs_email_optout: 'true' })).toContainEqual(finding('opt-out-unheard', 'portal-wide'));
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

  test('of a property that has words of its own: by these words', () => {
    const other = changedRegistry(['blocked: "true", open: "false"', 'blocked: ja, open: nein']);
    const closed = Object.fromEntries([501, 511, 512, 513, 521].map((id) => [`hs_email_optout_${id}`, 'true']));
    const places = (block_gallery: string) =>
      closingsOf([finding('opt-out-unheard', MUSEUM)], { ...closed, block_library: 'true', block_gallery }, other);
    expect(places('ja')).toEqual([]);
    expect(places('true')).toEqual(['museum/gallery']);
  });

  test('of a property that is blocked while it is empty: nothing, where HubSpot shows no value of it', () => {
    const other = changedRegistry(['blocked: "true", open: "false"', 'blocked: "", open: ja']);
    const closed = Object.fromEntries([501, 511, 512, 513, 521].map((id) => [`hs_email_optout_${id}`, 'true']));
    const places = (shown: Record<string, string>) =>
      closingsOf([finding('opt-out-unheard', MUSEUM)], { ...closed, block_library: 'true', ...shown }, other);
    expect(places({})).toEqual([]);
    expect(places({ block_gallery: 'ja' })).toEqual(['museum/gallery']);
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

import { expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../../src/clocks.ts';
import type { PortalInfo } from '../../../src/hubspot/portal-info.ts';
import { loadRegistry } from '../../../src/registry/load.ts';
import { arrangeRegistry } from '../../../src/registry/registry.ts';
import { closingsOf, findDrift } from '../../../src/rules/drift.ts';
import { nothingKnown } from '../../../src/rules/state.ts';
import { findGaps } from '../../../src/workers/audit/coverage.ts';
import { changed, createPerson, submitted } from '../../helpers/person.ts';
import { forms, testRegistry } from '../../helpers/registry.ts';

const nothing: PortalInfo = { types: [], properties: undefined, forms: undefined, emails: undefined, unseen: [] };
const gaps = (info: Partial<PortalInfo>, registry = testRegistry()) => findGaps({ ...nothing, ...info }, registry);

test('a type that the registry does not know is open to everybody who opted out', () => {
  const types = [501, 9001, 777, 778].map((id) => ({ id, name: `type ${id}`, active: id !== 778, brand: 0 }));
  expect(gaps({ types })).toEqual([{ kind: 'unknown-type', what: '777 (type 777)' }]);
});

test('a property named like the registry’s blocks, or a brand’s own opt-out', () => {
  const registry = arrangeRegistry(loadRegistry('registry/noeku.example.yaml'));
  const properties = [
    'dsgvo_sperre_neu',
    'dsgvo_sperre_donaufestival',
    'business_unit_optout_5',
    'lastname',
    'newsletter_gugging',
  ];
  const found = gaps({ properties: properties.map((name) => ({ name, options: [] })) }, registry);
  const unknown = found.filter(({ kind }) => kind === 'unknown-property');
  expect(unknown.map(({ what }) => what)).toEqual(['dsgvo_sperre_neu', 'business_unit_optout_5']);
});

test('a property of the registry that HubSpot will refuse to write', () => {
  const whole = { name: 'block_gallery', options: ['true', 'false'] };
  const library = { name: 'block_library', options: [] };
  const found = (...properties: NonNullable<PortalInfo['properties']>) =>
    gaps({ properties })
      .filter(({ kind }) => kind === 'unwritable-property')
      .map(({ what }) => what);
  expect(found(whole, library)).toEqual([]);
  expect(found(whole)).toEqual(['block_library (does not exist)']);
  expect(found({ ...whole, options: ['Ja', 'false'] }, library)).toEqual(['block_gallery (has no option true)']);
  expect(found({ ...whole, readOnly: true }, library)).toEqual(['block_gallery (is read-only)']);
});

test('a form whose consent is about a registered type', () => {
  const form = (id: string, subscriptions: number[]) => ({
    id,
    name: 'F',
    published: true,
    consent: 'explicit_consent_to_process',
    subscriptions,
  });
  expect(gaps({ forms: [form(forms.ofBrand, [501]), form('other', [512]), form('foreign', [777])] })).toEqual([
    { kind: 'unknown-form', what: 'other (F)' },
  ]);
});

test('a marketing e-mail under a protected type', () => {
  const emails = [9001, 512].map((subscription) => ({ id: String(subscription), name: '', subscription }));
  expect(gaps({ emails })).toEqual([{ kind: 'promotion-as-service', what: '9001' }]);
});

test('what a backfill would close is counted by company and brand', () => {
  const registry = testRegistry();
  const shown = {
    hs_email_optout_501: 'true',
    block_gallery: 'true',
    hs_email_optout_511: '',
    hs_email_optout_512: 'true',
  };
  const dossier = { contact: '1', entries: [], state: nothingKnown };
  const findings = findDrift(dossier, { properties: shown, others: [] }, registry, ourTime(0));
  expect(findings).toEqual([{ kind: 'opt-out-unheard', contact: '1', control: 'subscription:501' }]);
  expect(closingsOf(findings, shown, registry)).toEqual([
    'museum/gallery',
    'museum/gallery',
    'museum/library',
    'museum/library',
  ]);
});

test.for<[string, number | undefined, string[]]>([
  ['before a form', 1, ['lift-unapplied']],
  ['at the very time of a form: R9, the "no" wins', 2, ['opt-out-unheard']],
  ['after a form', 3, ['opt-out-unheard']],
  ['at no known time', undefined, ['lift-unapplied']],
])('an unheard "unsubscribed from all" %s', async ([, at, kinds]) => {
  const registry = testRegistry();
  const person = createPerson(registry);
  await person.happens(changed('subscription:501', 'closed', 1));
  await person.happens(changed('subscription:601', 'closed', 9));
  await person.happens(submitted(forms.ofCompany, 2));
  const closed = ['hs_email_optout_601', 'hs_email_optout_611', 'hs_email_optout'].map((name) => [name, 'true']);
  const dossier = { contact: '101', entries: await person.entries(), state: await person.state() };
  const since = at === undefined ? {} : { portalWideAt: hubspotTime(at) };
  const shown = { properties: Object.fromEntries(closed), others: [], ...since };
  const found = findDrift(dossier, shown, registry, ourTime(9));
  expect(found.map(({ kind }) => kind)).toEqual(kinds);
});

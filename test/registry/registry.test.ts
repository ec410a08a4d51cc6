import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { milliseconds } from '../../src/registry/duration.ts';
import { loadRegistry, parseRegistry, RegistryError } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import { registryJsonSchema } from '../../src/registry/write-json-schema.ts';
import { forms, registryText, testRegistry } from '../helpers/registry.ts';

const EXAMPLE = 'registry/noeku.example.yaml';

describe('a registry with a mistake is refused, naming line and mend', () => {
  const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split('\n').length;
  const cases: [mistake: string, from: string, to: string, at: string, message: RegExp][] = [
    [
      'a former key that is a company of today',
      'subscription: { id: 501 }',
      'subscription: { id: 501 }\n    formerly: [{ key: theatre }]',
      '{ key: theatre }',
      /theatre is a company of today.*Mend: remove the company/,
    ],
    [
      'a former key that two companies claim',
      'subscription: { id: 501 }\n    brands:',
      'subscription: { id: 501 }\n    formerly: [{ key: house }, { key: house }]\n    brands:',
      '{ key: house }',
      /two companies were formerly house/,
    ],
    [
      'a brand that was formerly where it is now',
      'name: Library\n',
      'name: Library\n        formerly: [{ company: museum, until: 2027-01-01 }]\n',
      '{ company: museum',
      /brand library belongs to museum now/,
    ],
    [
      'a former place without a day',
      'name: Library\n',
      'name: Library\n        formerly: [{ company: theatre, until: soon }]\n',
      '{ company: theatre',
      /use a day such as 2027-01-01/,
    ],
    [
      'a former type that is in use',
      'id: 521 }',
      'id: 521, formerly: [511] }',
      '[511]',
      /subscription:511 is in use today/,
    ],
    [
      'a former type that two controls claim',
      'id: 513 }',
      'id: 513, formerly: [514, 514] }',
      '[514, 514]',
      /two controls took the place of subscription:514/,
    ],
    [
      'an unknown key',
      'name: Library',
      'nmae: Library',
      'nmae',
      /unknown key "nmae" in companies\.museum.*Mend: remove/,
    ],
    [
      'a control in two brands',
      'id: 521',
      'id: 511',
      '- { kind: subscription, id: 511 }\n  theatre',
      /subscription:511 is used by brand gallery and by brand library/,
    ],
    [
      'a control that is also protected',
      'id: 521',
      'id: 9001',
      'kind: subscription, id: 9001',
      /subscription:9001 is used by protected buyer service mail and by brand library/,
    ],
    [
      'a protected property as a control',
      'block_library',
      'ticket_mail',
      '- { kind: property, name: ticket_mail',
      /property:ticket_mail is used by protected/,
    ],
    [
      'a form of an unknown company',
      'company: theatre,',
      'company: opera,',
      `- { id: ${forms.ofOther}`,
      /unknown company opera.*Mend: use one of: museum, theatre/,
    ],
    [
      'a form of an unknown brand',
      'brand: gallery, newsletter: gallery-news, doubleOptIn: false',
      'brand: cellar, doubleOptIn: false',
      `- { id: ${forms.ofBrand}`,
      /unknown brand cellar.*Mend: brands of museum: gallery, library/,
    ],
    [
      'a form of an unknown newsletter',
      'newsletter: gallery-news, doubleOptIn: false',
      'newsletter: nothing, doubleOptIn: false',
      `- { id: ${forms.ofBrand}`,
      /unknown newsletter nothing/,
    ],
    [
      'two companies with one subscription id',
      'subscription: { id: 601 }',
      'subscription: { id: 501 }',
      'subscription: { id: 501 }\n    brands:\n      stage',
      /subscription:501 is used by company museum and by company theatre/,
    ],
    [
      'a property name HubSpot would not allow',
      'block_library',
      'Block-Library',
      '- { kind: property, name: Block-Library',
      /HubSpot property names are lower-case/,
    ],
    [
      'a property of HubSpot’s own',
      'block_library',
      'hs_library',
      '- { kind: property, name: hs_library',
      /belongs to HubSpot/,
    ],
    ['no answer to doubleOptIn', ', doubleOptIn: true', '', `- { id: ${forms.doubleOptIn}`, /doubleOptIn/],
    [
      'a duration that is none',
      'portal: 1\n',
      'portal: 1\npolicy: { reOptInGrace: ten minutes }\n',
      'policy',
      /ISO 8601 duration/,
    ],
    [
      'a grace that no message can end',
      'portal: 1\n',
      'portal: 1\npolicy: { reOptInGrace: PT16M }\n',
      'policy',
      /15 minutes at most, not PT16M.*Mend: use PT15M or less/,
    ],
    ['a text where a list belongs', 'name: Library', 'name: [1]', 'name: [1]', /expected string.*Mend: write a text;/],
    [
      'a kind that is none',
      'kind: subscription, id: 511',
      'kind: subscripton, id: 511',
      'kind: subscripton',
      /Expected 'subscription' \| 'property'\. Mend: write one of the values/,
    ],
    [
      'an id that is forgotten',
      ', id: 511',
      '',
      '- { kind: subscription }',
      /controls\.1\.id.*Mend: add id: it has no default/,
    ],
    [
      'values that differ only in case',
      'blocked: "true", open: "false" }\n          - { kind: subscription, id: 511 }',
      'blocked: "Ja", open: "ja " }\n          - { kind: subscription, id: 511 }',
      'kind: property, name: block_gallery',
      /block_gallery: blocked "Ja" and open "ja " differ only in case or spaces/,
    ],
    [
      'a block that is the person’s address',
      'name: block_gallery',
      'name: email',
      'name: email',
      /email says who the person is and is no block\. Mend: name the property/,
    ],
    [
      'a company that watches "unsubscribed from all"',
      'subscription: { id: 501 }',
      'subscription: { id: 501, property: hs_email_optout }',
      'hs_email_optout',
      /hs_email_optout does not tell of company museum alone/,
    ],
    [
      'a company that watches another type',
      'subscription: { id: 501 }',
      'subscription: { id: 501, property: hs_email_optout_601 }',
      'hs_email_optout_601',
      /hs_email_optout_601 does not tell of company museum alone/,
    ],
    ['an id below zero', 'id: 511', 'id: -1', 'id: -1', /Mend: write a value above 0/],
    ['yes for true', 'doubleOptIn: true', 'doubleOptIn: yes', 'doubleOptIn: yes', /Mend: write true or false/],
    ['no YAML at all', 'portal: 1', 'portal: [1', '', /Mend: correct the YAML/],
  ];
  test.each(cases)('%s', (...[, from, to, at, message]) => {
    const text = registryText.replace(from, to);
    expect(text).not.toBe(registryText);
    const refused = () => parseRegistry(text, 'my.yaml');
    expect(refused).toThrow(message);
    if (at !== '') expect(refused).toThrow(new RegExp(`my\\.yaml:${lineOf(text, at)}:`));
  });

  test('a tab is one mistake', () => {
    const text = registryText.replace(/^ {2}theatre:/m, '\ttheatre:').replace(/^ {4}name: /gm, '\tname: ');
    expect(() => parseRegistry(text, 'my.yaml')).toThrow(
      new RegistryError(
        `my.yaml:${lineOf(text, '\t')}: Tabs are not allowed as indentation. Mend: put spaces in the place of the tab`,
      ),
    );
  });

  test('a file in Latin-1 or UTF-16, whose umlauts would be wrong', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'widerruf-test-')), 'my.yaml');
    writeFileSync(file, Buffer.from(registryText.replace('Library', 'Bücherei'), 'latin1'));
    expect(() => loadRegistry(file)).toThrow(
      `${file}:${lineOf(registryText, 'name: Library')}: the file is not in UTF-8 but, by its look, in Latin-1`,
    );
    writeFileSync(file, Buffer.from(registryText, 'utf16le'));
    expect(() => loadRegistry(file)).toThrow(`${file}: the file is not in UTF-8 but, by its look, in UTF-16`);
    writeFileSync(file, `\ufeff${registryText}`);
    expect(loadRegistry(file).portal).toBeGreaterThan(0);
  });

  test('no mend is only the name of a file', () => {
    expect(() => parseRegistry('portal: x', 'my.yaml')).toThrow(/Mend: write a number, without quotation marks \(/);
  });

  test('a file that is not there', () => {
    expect(() => loadRegistry('nowhere.yaml')).toThrow(/cannot be read. Mend: name a registry file/);
  });
});

test('the example registry is accepted and has at least five companies, one with eight brands', () => {
  const { companies } = loadRegistry(EXAMPLE);
  expect(Object.keys(companies).length).toBeGreaterThanOrEqual(5);
  expect(Object.keys(companies['noe-festival-und-kino']?.brands ?? {})).toHaveLength(8);
});

test('JSON is accepted as well', () => {
  const file = loadRegistry(EXAMPLE);
  expect(parseRegistry(JSON.stringify(file))).toEqual(file);
});

test('the JSON schema for editors is the one of the zod schema: run `npm run registry:schema`', () => {
  expect(readFileSync('registry/registry.schema.json', 'utf8')).toBe(registryJsonSchema());
});

test('a company may be watched by a property of its own', () => {
  const registry = arrangeRegistry(loadRegistry(EXAMPLE));
  expect(registry.watched.get('opt_out_noe_museum')).toBe(registry.companies.get('noe-museum')?.own);
  expect(registry.watched.has('hs_email_optout_801')).toBe(false);
});

test('every control knows its place', () => {
  expect(testRegistry().controls.get('subscription:512')).toMatchObject({
    company: 'museum',
    brand: 'gallery',
    newsletter: 'gallery-news',
  });
});

test.each([
  ['PT10M', 600_000],
  ['P7D', 604_800_000],
  ['P1DT2H3M4S', 93_784_000],
])('duration %s', (text, ms) => {
  expect(milliseconds(text)).toBe(ms);
});

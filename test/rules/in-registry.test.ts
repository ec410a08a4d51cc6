import { describe, expect, test } from 'vitest';
import type { Registry } from '../../src/registry/registry.ts';
import type { Change } from '../../src/rules/decision.ts';
import type { EntryBody } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { inRegistry } from '../../src/rules/in-registry.ts';
import { applied, backTo, decided, ledgerOf, no } from '../helpers/ledger.ts';
import { changedRegistry, forms, GALLERY, MUSEUM, STAGE, testRegistry } from '../helpers/registry.ts';
import { type InMs, timed, webhook } from '../helpers/state.ts';

const HOUSE_FORMS = [1, 2, 3].map(() => ['company: museum', 'company: house'] as const);
/** The museum is the house now, as the registry tells; so are some controls others. */
const renamed = changedRegistry(
  ['  museum:\n', '  house:\n    formerly: [{ key: museum }]\n'],
  ['subscription: { id: 501 }', 'subscription: { id: 502, formerly: [501] }'],
  ['{ kind: subscription, id: 511 }', '{ kind: subscription, id: 519, formerly: [511] }'],
  [
    'name: block_gallery, blocked: "true", open: "false"',
    'name: stop, blocked: ja, open: nein, formerly: [block_gallery]',
  ],
  ...HOUSE_FORMS,
);
/** Only a control is another one; the companies are the same. */
const controlRenamed = changedRegistry([
  'kind: subscription, id: 511 }',
  'kind: subscription, id: 519, formerly: [511] }',
]);
/** The museum is the house now, of which the registry says nothing. */
const untold = changedRegistry(['  museum:\n', '  house:\n'], ...HOUSE_FORMS);

const read = (body: EntryBody, registry: Registry) => inRegistry(ledgerOf(body), registry)[0]?.body;
const changesRead = (change: InMs<Change>, registry: Registry, signal?: Parameters<typeof decided>[1]) => {
  const body = read(decided([change], signal), registry);
  return body?.kind === 'decision' ? body.changes : undefined;
};

describe('what was decided is about the companies and controls of today', () => {
  const GRACE = { at: 1, until: 2, source: webhook };
  test.each<[what: string, written: InMs<Change>, now: object]>([
    ['an opt-out', no(1, 'museum', 'theatre'), { companies: ['house', 'theatre'] }],
    [
      'an opt-out with what another record’s fan-out found',
      { ...no(1, 'museum'), prior: { [`${GALLERY} of a`]: 'SUBSCRIBED', [`${STAGE} of a`]: null } } as InMs<Change>,
      { companies: ['house'], prior: { 'subscription:519 of a': 'SUBSCRIBED', [`${STAGE} of a`]: null } },
    ],
    ['a return', backTo('museum', 1), { company: 'house' }],
    [
      'a waiting submission',
      { type: 'awaiting', company: 'museum', awaiting: { at: 1, form: '', until: 2 } },
      { company: 'house' },
    ],
    ['one that waited in vain', { type: 'awaiting-expired', company: 'museum', at: 1 }, { company: 'house' }],
    ['a click that was used', { type: 'confirmed', at: 1, companies: ['museum'] }, { companies: ['house'] }],
    ['a click for nobody yet', { type: 'confirmed', at: 1 }, {}],
    [
      'a grace',
      { type: 'grace', company: 'museum', control: GALLERY, ...GRACE },
      { company: 'house', control: 'subscription:519' },
    ],
    [
      'a grace that ended',
      { type: 'grace-expired', company: 'museum', control: GALLERY },
      { company: 'house', control: 'subscription:519' },
    ],
    ['a "no" to a brand', { type: 'own-no', control: GALLERY, at: 1 }, { control: 'subscription:519' }],
    ['the record’s end', { type: 'gone', gone: true }, {}],
  ])('%s', (_, written, now) => {
    expect(changesRead(written, renamed)).toStrictEqual([{ ...written, ...now }]);
    expect(changesRead(written, testRegistry())).toStrictEqual([written]);
  });
});

describe('R1: "unsubscribed from all" is a "no" to companies that were added later, too', () => {
  const everywhere = timed<Change>({ ...no(1, 'museum'), everywhere: true } as InMs<Change>);
  test.each<[string, InMs<Change>, string | undefined, string[]]>([
    ['as the entry tells', everywhere, undefined, ['museum', 'theatre']],
    ['as an older entry tells by its signal alone', no(1, 'museum'), 'portal-wide', ['museum', 'theatre']],
    ['but the opt-out of one company is not', no(1, 'museum'), MUSEUM, ['museum']],
  ])('%s', (_, change, control, companies) => {
    const signal = control === undefined ? undefined : { kind: 'control', control };
    expect(changesRead(change, testRegistry(), signal)).toMatchObject([{ companies }]);
  });
});

describe('a company that is gone without a word of it', () => {
  const told = (control: string) => ({ kind: 'control', control, to: 'closed' });

  test('is the one that has its type now', () => {
    expect(changesRead(no(1, 'museum'), untold, told(MUSEUM))).toMatchObject([{ companies: ['house'] }]);
    expect(changesRead(no(1, 'museum', 'theatre'), untold, told(MUSEUM))).toMatchObject([
      { companies: ['house', 'theatre'] },
    ]);
  });

  test('is not the one that has its type as a brand’s now', () => {
    const museumsTypeIsABrands = changedRegistry(
      ['  museum:\n', '  house:\n'],
      ['subscription: { id: 501 }', 'subscription: { id: 502 }'],
      ['{ kind: subscription, id: 611 }', '{ kind: subscription, id: 501 }'],
      ...HOUSE_FORMS,
    );
    expect(changesRead(no(1, 'museum'), museumsTypeIsABrands, told(MUSEUM))).toMatchObject([{ companies: ['museum'] }]);
  });

  test.each([
    ['whose form a submission was of', forms.ofCompany, 'house'],
    ['nobody knows, where the form is gone as well', 'gone', 'museum'],
  ])('is the one %s', (_, form, company) => {
    expect(changesRead(backTo('museum', 1, form), untold)).toMatchObject([{ company }]);
    const awaiting: InMs<Change> = { type: 'awaiting', company: 'museum', awaiting: { at: 1, until: 2, form } };
    expect(changesRead(awaiting, untold)).toMatchObject([{ company }]);
  });

  test('is not the one that has the form now, where the registry says what became of the company', () => {
    const merged = changedRegistry(
      ['  museum:\n', '  house:\n    formerly: [{ key: museum }]\n'],
      ['company: museum, doubleOptIn: false', 'company: theatre, doubleOptIn: false'],
      ...HOUSE_FORMS.slice(1),
    );
    expect(changesRead(backTo('museum', 1, forms.ofCompany), merged)).toMatchObject([{ company: 'house' }]);
  });
});

describe('what convergence found and wrote is told of the controls of today', () => {
  const placed = { [GALLERY]: 'museum', [STAGE]: 'theatre' };
  const placedNow = { 'subscription:519': 'house', [STAGE]: 'theatre' };

  test('by a plan', () => {
    const written = {
      kind: 'planned',
      before: { [GALLERY]: 'SUBSCRIBED' },
      intended: { [GALLERY]: 'UNSUBSCRIBED' },
    } as const;
    const now = { before: { 'subscription:519': 'SUBSCRIBED' }, intended: { 'subscription:519': 'UNSUBSCRIBED' } };
    expect(read({ ...written, placed }, renamed)).toMatchObject({ ...now, placed: placedNow });
    expect(read(written, renamed)).not.toHaveProperty('placed');
    expect(read(written, controlRenamed)).toMatchObject(now);
    expect(read(written, testRegistry())).toEqual(written);
  });

  test('by what was applied', () => {
    const one = { direction: 'closed', at: 1, from: 1, until: 1 } as const;
    const body = applied({
      before: { [GALLERY]: 'SUBSCRIBED' },
      after: { [GALLERY]: 'UNSUBSCRIBED' },
      written: { [GALLERY]: one },
      lifted: { museum: 5, theatre: 6 },
    });
    expect(read({ ...body, placed }, renamed)).toMatchObject({
      before: { 'subscription:519': 'SUBSCRIBED' },
      after: { 'subscription:519': 'UNSUBSCRIBED' },
      written: { 'subscription:519': one },
      lifted: { house: 5, theatre: 6 },
      placed: placedNow,
    });
    expect(read(body, renamed)).not.toHaveProperty('placed');
  });

  test('but a former property’s values are in words that the property of today may not know', () => {
    const BLOCK = 'property:block_gallery';
    const body = read(applied({ before: { [BLOCK]: 'true' }, after: { [BLOCK]: 'true' } }), renamed);
    expect(body).toMatchObject({ before: {}, after: {} });
    expect(JSON.stringify(body)).not.toContain('property:');
  });

  test('and what is told of a control itself goes before what is told of a former one', () => {
    const before = { 'subscription:519': 'SUBSCRIBED', [GALLERY]: 'NOT_SPECIFIED' };
    expect(read(applied({ before }), renamed)).toMatchObject({ before: { 'subscription:519': 'SUBSCRIBED' } });
  });
});

test.each([renamed, testRegistry()])(
  'an entry of a newer version makes the contact wait, whatever the registry is',
  (registry) => {
    const unknown = { kind: 'of tomorrow' } as unknown as EntryBody;
    expect(() => replay(ledgerOf(unknown), registry)).toThrow('a newer version wrote');
  },
);

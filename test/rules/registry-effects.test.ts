import { describe, expect, test } from 'vitest';
import type { Registry } from '../../src/registry/registry.ts';
import type { EntryBody } from '../../src/rules/entry.ts';
import { effectsOf } from '../../src/rules/registry-effects.ts';
import { applied, backTo, decided, ledgerOf, no } from '../helpers/ledger.ts';
import {
  changedRegistry,
  LIBRARY,
  LIBRARY_BLOCK,
  MUSEUM,
  museumControls,
  registryText,
  THEATRE,
  testRegistry,
} from '../helpers/registry.ts';

const LIBRARY_TEXT = registryText.slice(registryText.indexOf('      library:\n'), registryText.indexOf('  theatre:\n'));
const MUSEUM_TEXT = registryText.slice(registryText.indexOf('  museum:\n'), registryText.indexOf('  theatre:\n'));
const STAGE_TEXT = '      stage:\n';
const today = testRegistry();
const withoutLibrary = changedRegistry([LIBRARY_TEXT, '']);
const withoutMuseum = changedRegistry([MUSEUM_TEXT, ''], [registryText.slice(registryText.indexOf('forms:\n')), '']);
/** The library belongs to the theatre, and its type is another one. */
const libraryMoved = changedRegistry(
  [LIBRARY_TEXT, ''],
  [STAGE_TEXT, LIBRARY_TEXT.replace('id: 521', 'id: 529, formerly: [521]') + STAGE_TEXT],
);
/** Museum and theatre are one house. */
const oneHouse = changedRegistry(
  ['  museum:\n', '  house:\n    formerly: [{ key: museum }, { key: theatre }]\n'],
  ['  theatre:\n    name: Theatre GmbH\n    subscription: { id: 601 }\n    brands:\n', ''],
  ...[1, 2, 3].map(() => ['company: museum', 'company: house'] as const),
  ['company: theatre', 'company: house'],
);

const optedOut = decided([no(1, 'museum')]);
const closed = applied({ before: { [LIBRARY]: 'SUBSCRIBED' } });
const returned = decided([backTo('museum', 2)]);
const effects = (bodies: EntryBody[], from: Registry, to: Registry) => effectsOf(ledgerOf(...bodies), from, to);

describe('another registry means for a person', () => {
  test.each<[why: string, bodies: EntryBody[], from: Registry, to: Registry]>([
    ['where nothing changed, though the return is not applied yet', [optedOut, closed, returned], today, today],
    ['where a control leaves that was to be opened', [optedOut, closed, returned], today, withoutLibrary],
    [
      'where a company is gone to which the owner had returned',
      [optedOut, returned, applied({ lifted: { museum: 1 as never } })],
      today,
      withoutMuseum,
    ],
    [
      'where a company is gone that the registry of before did not know either',
      [decided([no(1, 'gone')])],
      today,
      withoutMuseum,
    ],
  ])('nothing %s', (_, bodies, from, to) => {
    expect(effects(bodies, from, to)).toEqual([]);
  });

  test('that a control is held closed no longer, where nobody knows that its brand was closed before the move', () => {
    expect(effects([optedOut], today, libraryMoved)).toEqual([
      { kind: 'frees', place: LIBRARY_BLOCK },
      { kind: 'frees', place: 'subscription:529' },
    ]);
  });

  test('that a control is given back what it held, where the registry knows it again after the return', () => {
    expect(effects([optedOut, closed, returned], withoutLibrary, today)).toEqual([{ kind: 'opens', place: LIBRARY }]);
  });

  test('that what was closed is opened, where a merger is taken back that had made the return too narrow', () => {
    const both = decided([no(1, 'museum', 'theatre')]);
    const rest = museumControls.filter((key) => key !== MUSEUM && key !== LIBRARY);
    expect(effects([both, closed, returned], oneHouse, today)).toEqual([
      { kind: 'forgets', place: 'house' },
      { kind: 'opens', place: MUSEUM },
      { kind: 'opens', place: LIBRARY },
      { kind: 'closes', place: THEATRE },
      ...rest.map((place) => ({ kind: 'frees', place })),
    ]);
  });

  test('that companies which became one are closed, where the owner had returned to one of them only', () => {
    const both = decided([no(1, 'museum', 'theatre')]);
    const found = effects([both, closed, returned], today, oneHouse);
    const closing = museumControls.map((place) => ({ kind: 'closes', place }));
    expect(found).toEqual([...closing, { kind: 'leaves', place: THEATRE }]);
  });

  test('that an opt-out is forgotten and its controls are left alone, where the company is gone', () => {
    expect(effects([optedOut, closed], today, withoutMuseum)).toEqual([
      { kind: 'forgets', place: 'museum' },
      ...museumControls.map((place) => ({ kind: 'leaves', place })),
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { memoryLedger } from '../../src/ledger/memory-ledger.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { isOptedOut } from '../../src/rules/state.ts';
import { changed, createPerson, submitted } from '../helpers/person.ts';
import {
  changedRegistry,
  FORM_OF_LIBRARY,
  forms,
  GALLERY,
  GALLERY_BLOCK,
  GALLERY_KIDS,
  GALLERY_NEWS,
  LIBRARY,
  LIBRARY_BLOCK,
  LIBRARY_TEXT,
  libraryMoved,
  MUSEUM,
  registryText,
  STAGE,
  STAGE_TEXT,
  THEATRE,
  testRegistry,
} from '../helpers/registry.ts';

const today = testRegistry();
const DECLARED = '        formerly: [{ company: museum, until: "1970-01-02" }]\n';
const DAY = 24 * 3_600_000;

/** A person who opted out of the museum at 100, and whose next days go by another registry. */
async function optedOutOfMuseum(next: Registry, before: Record<string, string> = {}) {
  const person = createPerson(today, { [LIBRARY]: 'SUBSCRIBED', ...before });
  await person.happens(changed(MUSEUM, 'closed', 100));
  await person.converge(101);
  return createPerson(next, { ...person.actual }, { ledger: person.ledger });
}

describe('a brand that moved to another company', () => {
  test('stays closed for whoever had opted out of the former company', async () => {
    const anna = await optedOutOfMuseum(libraryMoved());
    expect((await anna.converge(200)).writes).toEqual([]);
    anna.actual[LIBRARY] = 'SUBSCRIBED';
    const verdict = await anna.happens(changed(LIBRARY, 'open', 300));
    expect(verdict).toMatchObject({ kind: 'recorded', decision: { rule: 'R5', outcome: 'refused' } });
    await anna.converge(301);
    expect(anna.actual[LIBRARY]).toBe('UNSUBSCRIBED');
  });

  test('is restored when the owner comes back to the former company', async () => {
    const anna = await optedOutOfMuseum(libraryMoved());
    await anna.happens(submitted(forms.ofCompany, 400));
    await anna.converge(401);
    expect(anna.actual).toMatchObject({ [MUSEUM]: 'SUBSCRIBED', [LIBRARY]: 'SUBSCRIBED', [LIBRARY_BLOCK]: '' });
  });

  test('goes back to the person’s own block of the brand, not to open', async () => {
    const anna = await optedOutOfMuseum(libraryMoved(), { [LIBRARY_BLOCK]: 'true' });
    await anna.happens(submitted(forms.ofCompany, 400));
    await anna.converge(401);
    expect(anna.actual).toMatchObject({ [LIBRARY]: 'SUBSCRIBED', [LIBRARY_BLOCK]: 'true' });
  });

  test('is opened by a form of the present company that names the brand', async () => {
    const anna = await optedOutOfMuseum(libraryMoved());
    const verdict = await anna.happens(submitted(FORM_OF_LIBRARY, 400));
    expect(verdict).toMatchObject({ decision: { rule: 'R4', outcome: 'returned' } });
    await anna.converge(401);
    expect(anna.actual).toMatchObject({ [LIBRARY]: 'SUBSCRIBED', [LIBRARY_BLOCK]: 'false', [MUSEUM]: 'UNSUBSCRIBED' });
    // Another "no" to the brand stays.
    await anna.happens(changed(LIBRARY, 'closed', 500));
    anna.actual[LIBRARY] = 'UNSUBSCRIBED';
    await anna.converge(501);
    expect(anna.actual[LIBRARY]).toBe('UNSUBSCRIBED');
  });

  test('is not opened by a form of the present company that names no brand, nor one from before the opt-out', async () => {
    const anna = await optedOutOfMuseum(libraryMoved());
    await anna.happens(submitted(forms.ofOther, 400));
    await anna.happens(submitted(FORM_OF_LIBRARY, 99));
    await anna.converge(401);
    expect(anna.actual[LIBRARY]).toBe('UNSUBSCRIBED');
  });

  test('is closed by the present company’s opt-out, and opened only when neither stands', async () => {
    const anna = await optedOutOfMuseum(libraryMoved());
    await anna.happens(changed(THEATRE, 'closed', 300));
    await anna.converge(301);
    await anna.happens(submitted(forms.ofCompany, 400));
    await anna.converge(401);
    expect(anna.actual).toMatchObject({ [MUSEUM]: 'SUBSCRIBED', [LIBRARY]: 'UNSUBSCRIBED', [STAGE]: 'UNSUBSCRIBED' });
  });

  test('is not closed by a later opt-out of the former company', async () => {
    const anna = createPerson(libraryMoved(DECLARED), { [LIBRARY]: 'SUBSCRIBED' });
    await anna.happens(changed(MUSEUM, 'closed', 2 * DAY));
    await anna.converge(2 * DAY + 1);
    expect(anna.actual).toMatchObject({ [LIBRARY]: 'SUBSCRIBED', [GALLERY]: 'UNSUBSCRIBED' });
  });

  test('is closed, where the registry tells of the move, though this record’s ledger never closed it', async () => {
    const anna = createPerson(libraryMoved(DECLARED), { [LIBRARY]: 'SUBSCRIBED' });
    await anna.happens(changed(MUSEUM, 'closed', 100));
    await anna.converge(101);
    expect(anna.actual[LIBRARY]).toBe('UNSUBSCRIBED');
    await anna.happens(submitted(forms.ofCompany, 400));
    await anna.converge(401);
    expect(anna.actual[LIBRARY]).toBe('SUBSCRIBED');
  });

  test('stays closed when the former company is gone', async () => {
    const start = registryText.indexOf('  museum:\n');
    const museum = registryText.slice(start, registryText.indexOf('  theatre:\n'));
    const next = changedRegistry(
      [museum, ''],
      [STAGE_TEXT, LIBRARY_TEXT + STAGE_TEXT],
      [registryText.slice(registryText.indexOf('forms:\n')), ''],
    );
    const anna = await optedOutOfMuseum(next);
    anna.actual[LIBRARY] = 'SUBSCRIBED';
    await anna.happens(changed(LIBRARY, 'open', 300));
    await anna.converge(301);
    expect(anna.actual[LIBRARY]).toBe('UNSUBSCRIBED');
  });
});

describe('a company that got another key', () => {
  const renamings: [string, Registry][] = [
    ['without a word', changedRegistry(['  museum:\n', '  house:\n'], ...ofHouse())],
    [
      'as the registry tells',
      changedRegistry(['  museum:\n', '  house:\n    formerly: [{ key: museum }]\n'], ...ofHouse()),
    ],
  ];
  function ofHouse(): [string, string][] {
    return [1, 2, 3].map(() => ['company: museum', 'company: house'] as [string, string]);
  }

  test.each(renamings)('%s: keeps opt-out, earlier values and lift', async (_, next) => {
    const anna = await optedOutOfMuseum(next);
    expect(isOptedOut((await anna.state()).companies['house'] ?? ({} as never))).toBe(true);
    await anna.happens(submitted(forms.ofCompany, 400));
    await anna.converge(401);
    expect(anna.actual).toMatchObject({ [MUSEUM]: 'SUBSCRIBED', [LIBRARY]: 'SUBSCRIBED', [GALLERY]: 'NOT_SPECIFIED' });
  });

  test.each(renamings)('%s: a lift that was applied is not made again', async (_, next) => {
    const before = createPerson(today);
    await before.happens(changed(MUSEUM, 'closed', 100));
    await before.converge(101);
    await before.happens(submitted(forms.ofCompany, 200));
    await before.converge(201);
    const anna = createPerson(next, { ...before.actual }, { ledger: before.ledger });
    expect((await anna.desired()).size).toBe(0);
  });
});

describe('companies that became one', () => {
  const oneHouse = changedRegistry(
    ['  museum:\n', '  house:\n    formerly: [{ key: museum }, { key: theatre }]\n'],
    ['  theatre:\n    name: Theatre GmbH\n    subscription: { id: 601 }\n    brands:\n', ''],
    ...[1, 2, 3].map(() => ['company: museum', 'company: house'] as [string, string]),
    ['company: theatre', 'company: house'],
  );

  test('have the opt-outs of all, and a return to one of them ended only that one’s', async () => {
    const before = createPerson(today);
    await before.happens(changed(THEATRE, 'closed', 100));
    await before.happens(changed(MUSEUM, 'closed', 110));
    await before.converge(111);
    await before.happens(submitted(forms.ofCompany, 200));
    await before.converge(201);
    const anna = createPerson(oneHouse, { ...before.actual }, { ledger: before.ledger });
    await anna.converge(300);
    expect(anna.actual).toMatchObject({ [MUSEUM]: 'UNSUBSCRIBED', [GALLERY]: 'UNSUBSCRIBED', [STAGE]: 'UNSUBSCRIBED' });
    // From the day of the merger on a return is one to the whole.
    await anna.happens(submitted(forms.ofOther, 2 * DAY));
    await anna.converge(2 * DAY + 1);
    expect(anna.actual[MUSEUM]).toBe('SUBSCRIBED');
  });
});

describe('a company that became part of another one', () => {
  const within = changedRegistry(
    [
      '    subscription: { id: 501 }\n',
      '    subscription: { id: 501 }\n    formerly: [{ key: theatre, until: "1970-01-02" }]\n',
    ],
    ['  theatre:\n    name: Theatre GmbH\n    subscription: { id: 601 }\n    brands:\n', ''],
    ['company: theatre', 'company: museum'],
  );

  test.each([
    ['before the day ends not the "no" to the other one', DAY - 1, 'UNSUBSCRIBED'],
    ['from that day on ends it', DAY, 'SUBSCRIBED'],
  ])('a return to the company %s', async (_, at, status) => {
    const before = createPerson(today);
    await before.happens(changed(THEATRE, 'closed', 100));
    await before.happens(changed(MUSEUM, 'closed', 110));
    await before.converge(111);
    const anna = createPerson(within, { ...before.actual }, { ledger: before.ledger });
    await anna.happens(submitted(forms.ofCompany, at));
    await anna.converge(at + 1);
    expect(anna.actual[MUSEUM]).toBe(status);
  });
});

describe('a control whose id changed', () => {
  const next = changedRegistry(
    ['subscription: { id: 501 }', 'subscription: { id: 502, formerly: [501] }'],
    [
      '{ key: gallery-kids, kind: subscription, id: 513 }',
      '{ key: gallery-kids, kind: subscription, id: 514, formerly: [513] }',
    ],
    [
      '{ kind: property, name: block_gallery, blocked: "true", open: "false" }',
      '{ kind: property, name: stop_gallery, blocked: "ja", open: "nein", formerly: [block_gallery] }',
    ],
  );

  test('is closed under the standing opt-out, and an opt-out told late of the former type counts', async () => {
    const anna = await optedOutOfMuseum(next, { [GALLERY_BLOCK]: 'false' });
    await anna.converge(200);
    expect(anna.actual).toMatchObject({ 'subscription:502': 'UNSUBSCRIBED', 'property:stop_gallery': 'ja' });
    expect(next.watched.get('hs_email_optout_501')).toMatchObject({ key: 'subscription:502' });
    expect(next.watched.get('block_gallery')).toMatchObject({ key: 'property:stop_gallery' });
    await anna.happens(submitted(forms.ofCompany, 400));
    await anna.converge(401);
    expect(anna.actual).toMatchObject({ 'subscription:502': 'SUBSCRIBED', 'property:stop_gallery': '' });
  });

  test('keeps the person’s own "no" to the former one', async () => {
    const before = createPerson(today, { [GALLERY_KIDS]: 'SUBSCRIBED' });
    await before.happens(changed(GALLERY_KIDS, 'closed', 50));
    await before.happens(changed(GALLERY_NEWS, 'closed', 50));
    const anna = createPerson(next, {}, { ledger: before.ledger });
    expect((await anna.state()).ownNo).toEqual({ 'subscription:514': 50, [GALLERY_NEWS]: 50 });
  });
});

describe('a form that was removed', () => {
  test('has given a return all the same', async () => {
    const before = createPerson(today);
    await before.happens(changed(MUSEUM, 'closed', 100));
    await before.happens(submitted(forms.ofCompany, 200));
    const next = changedRegistry([`  - { id: ${forms.ofCompany}, company: museum, doubleOptIn: false }\n`, '']);
    const anna = createPerson(next, { ...before.actual }, { ledger: before.ledger });
    await anna.converge(300);
    expect(anna.actual[MUSEUM]).toBe('SUBSCRIBED');
  });
});

test('a brand that was added is closed under a standing opt-out, and open again after the return', async () => {
  const added = '      archive:\n        name: Archive\n        controls: [{ kind: subscription, id: 541 }]\n';
  const anna = await optedOutOfMuseum(changedRegistry(['      gallery:\n', `${added}      gallery:\n`]));
  await anna.converge(200);
  expect(anna.actual['subscription:541']).toBe('UNSUBSCRIBED');
  await anna.happens(submitted(forms.ofCompany, 400));
  await anna.converge(401);
  expect(anna.actual['subscription:541']).toBe('NOT_SPECIFIED');
});

test('entries of a ledger that knows another registry do not change', async () => {
  const ledger = memoryLedger();
  const before = createPerson(today, {}, { ledger });
  await before.happens(changed(MUSEUM, 'closed', 100));
  await before.converge(101);
  const written = JSON.stringify(await before.entries());
  await createPerson(libraryMoved(), {}, { ledger }).state();
  expect(JSON.stringify(await before.entries())).toBe(written);
});

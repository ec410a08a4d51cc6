import { describe, expect, test } from 'vitest';
import type { PlacedControl, RegisteredForm } from '../../src/registry/registry.ts';
import { desiredControls } from '../../src/rules/desired-controls.ts';
import { companyHolding, controlsOf, heldOfNamed } from '../../src/rules/moved-brand.ts';
import type { CompanyState, ContactState } from '../../src/rules/state.ts';
import {
  changedRegistry,
  forms,
  GALLERY,
  LIBRARY,
  LIBRARY_BLOCK,
  LIBRARY_TEXT,
  museumControls,
  STAGE_TEXT,
} from '../helpers/registry.ts';
import { back, type InMs, knowing, optedOutAt, timed } from '../helpers/state.ts';

const FORM = { id: '', company: 'theatre', brand: 'library', doubleOptIn: false } satisfies RegisteredForm;
/** The library belongs to the theatre; `formerly`: what the registry tells of where the brand belonged before. */
const moved = (...formerly: string[]) =>
  changedRegistry(
    [LIBRARY_TEXT, ''],
    [
      STAGE_TEXT,
      LIBRARY_TEXT + (formerly[0] === undefined ? '' : `        formerly: [${formerly.join()}]\n`) + STAGE_TEXT,
    ],
  );
const UNTIL = Date.UTC(1970, 0, 2);
const ofMuseum = '{ company: museum, until: "1970-01-02" }';
const ofPark = '{ company: park, until: "1970-01-02" }';

type Companies = Record<string, Partial<InMs<CompanyState>>>;
function stateOf(companies: Companies, more: Partial<InMs<ContactState>> = {}): ContactState {
  const each = Object.entries(companies).map(([key, one]) => [key, knowing(one).companies['museum']]);
  return knowing({}, { ...more, companies: Object.fromEntries(each) });
}

/** The museum's fan-out closed the library at 100. */
const closedByMuseum = { ...optedOutAt(100), prior: { [LIBRARY]: 'SUBSCRIBED', [LIBRARY_BLOCK]: '' } };
const naming = (at: number, brand?: string) => ({
  theatre: { returns: [back(at, brand === undefined ? {} : { brand })] },
});

describe('who holds a brand that moved', () => {
  test.each<[why: string, held: Companies, by: string | undefined]>([
    ['the former company, whose fan-out closed the brand', { museum: closedByMuseum }, 'museum'],
    [
      'nobody, after the owner’s return to the former company',
      { museum: { ...closedByMuseum, returns: [back(200)] } },
      undefined,
    ],
    ['nobody, where the former company’s fan-out never saw the brand', { museum: optedOutAt(100) }, undefined],
    [
      'the present company, whose opt-out stands as well',
      { museum: closedByMuseum, theatre: optedOutAt(50) },
      'theatre',
    ],
    [
      'nobody, since the owner named the brand in a form',
      { museum: closedByMuseum, ...naming(101, 'library') },
      undefined,
    ],
    [
      'the former company: R9, named at the very moment of the opt-out',
      { museum: closedByMuseum, ...naming(100, 'library') },
      'museum',
    ],
    ['the former company: named before the opt-out', { museum: closedByMuseum, ...naming(99, 'library') }, 'museum'],
    ['the former company: another brand was named', { museum: closedByMuseum, ...naming(200, 'stage') }, 'museum'],
    ['the former company: no brand was named', { museum: closedByMuseum, ...naming(200) }, 'museum'],
  ])('%s', (_, companies, by) => {
    const library = moved().controls.get(LIBRARY) as PlacedControl;
    expect(companyHolding(library, stateOf(companies))).toBe(by);
  });

  test.each([
    ['not since the brand was named', 199, undefined],
    ['R9: the person’s own "no" to the brand at that moment wins', 200, 'museum'],
    ['the person’s later "no" to the brand wins', 201, 'museum'],
  ])('%s', (_, ownNo, by) => {
    const library = moved().controls.get(LIBRARY) as PlacedControl;
    const state = stateOf({ museum: closedByMuseum, ...naming(200, 'library') }, { ownNo: { [LIBRARY]: ownNo } });
    expect(companyHolding(library, state)).toBe(by);
  });

  test.each<[why: string, told: string, museum: Partial<InMs<CompanyState>>, by: string | undefined]>([
    ['an opt-out of before the move', ofMuseum, optedOutAt(UNTIL - 1), 'museum'],
    ['not an opt-out of the day of the move', ofMuseum, optedOutAt(UNTIL), undefined],
    [
      'one repeated after the move, first said before',
      ofMuseum,
      { ...optedOutAt(UNTIL + 1), closedSince: timed(1) },
      'museum',
    ],
    ['not the opt-out of a company to which the brand never belonged', ofPark, optedOutAt(1), undefined],
  ])('as the registry tells: %s', (_, told, museum, by) => {
    const library = moved(told).controls.get(LIBRARY) as PlacedControl;
    expect(companyHolding(library, stateOf({ museum }))).toBe(by);
  });
});

describe('a company’s opt-out has a say', () => {
  const keysOf = (state: ContactState) => controlsOf('museum', state, moved()).map(({ key }) => key);
  const own = museumControls.filter((key) => key !== LIBRARY && key !== LIBRARY_BLOCK);

  test('on its own controls, once each, and on those of a brand that moved away', () => {
    expect(keysOf(stateOf({ museum: { ...optedOutAt(100), prior: { [GALLERY]: 'SUBSCRIBED' } } }))).toEqual(own);
    expect(keysOf(stateOf({ museum: closedByMuseum }))).toEqual([...own, LIBRARY_BLOCK, LIBRARY]);
  });

  test('on its own controls only, where nobody opted out of it', () => {
    expect(keysOf(stateOf({}))).toEqual(own);
  });
});

describe('a form of the present company has something to open', () => {
  test.each<[why: string, form: Partial<RegisteredForm>, companies: Companies, since: number | undefined]>([
    ['where it names the brand', {}, { museum: closedByMuseum }, 100],
    [
      'where of the brand one control only is held',
      {},
      { museum: { ...optedOutAt(100), prior: { [LIBRARY]: '' } } },
      100,
    ],
    ['not where it names another brand', { brand: 'stage' }, { museum: closedByMuseum }, undefined],
    ['not where it names none', { brand: undefined }, { museum: closedByMuseum }, undefined],
    ['not where nothing is held', {}, { museum: optedOutAt(100) }, undefined],
    [
      'since the opt-out that holds the brand, whatever else stands',
      {},
      { museum: closedByMuseum, park: optedOutAt(300) },
      100,
    ],
  ])('%s', (_, form, companies, since) => {
    expect(heldOfNamed({ ...FORM, ...form } as RegisteredForm, stateOf(companies), moved())).toBe(since);
  });

  test('since the newest of the opt-outs that hold the brand', () => {
    const state = stateOf({ park: optedOutAt(200), museum: optedOutAt(100) });
    expect(heldOfNamed(FORM, state, moved(ofMuseum, ofPark))).toBe(200);
    expect(heldOfNamed(FORM, state, moved(ofMuseum))).toBe(100);
  });
});

describe('named by the owner at 400, a brand that moved is opened', () => {
  const moments = (...all: number[]) => all.map((at) => ({ at, from: at, until: at }));
  const form = { form: forms.ofOther, brand: 'library' };
  test.each<[when: string, closed: number[] | undefined, open: number[] | undefined, isOpened: boolean]>([
    ['where we closed it', [150], undefined, true],
    ['where we closed it after we had opened it', [110, 150], [120], true],
    ['not where we opened it after we had closed it', [150], [110, 120, 200], false],
    ['not where opening and closing cannot be ordered', [150], [150], false],
    ['not where we closed it since', [150, 450], undefined, false],
    ['not where we closed it at that very moment', [400], undefined, false],
    ['not where we only ever opened it', undefined, [150], false],
    ['not where we never wrote it', undefined, undefined, false],
  ])('%s', (_, closed, open, isOpened) => {
    const writes = { ...(closed && { closed: moments(...closed) }), ...(open && { open: moments(...open) }) };
    const named = { theatre: { returns: [back(400, form)] } };
    const state = stateOf({ museum: closedByMuseum, ...named }, { written: { [LIBRARY]: writes } });
    const wish = desiredControls(state, moved()).get(LIBRARY);
    if (isOpened) expect(wish).toMatchObject({ to: 'subscribed', value: 'SUBSCRIBED', by: { at: 400 } });
    else expect(wish).toBeUndefined();
  });

  test('and stays as it is where nothing is known of what we wrote', () => {
    const state = stateOf({ museum: closedByMuseum, ...naming(400, 'library') });
    expect(desiredControls(state, moved()).get(LIBRARY)).toBeUndefined();
    expect(desiredControls(stateOf({ museum: closedByMuseum }), moved()).get(LIBRARY)).toMatchObject({ to: 'closed' });
  });
});

import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { PermanentError, RetryableError } from '../../src/errors.ts';
import type { ControlKey, ControlValue } from '../../src/registry/control.ts';
import type { PlacedControl } from '../../src/registry/registry.ts';
import type { Desired } from '../../src/rules/desired.ts';
import { planWrites } from '../../src/rules/plan.ts';
import type { OtherAddressWrite } from '../../src/rules/r8-other-addresses.ts';
import type { Sight } from '../../src/rules/sight.ts';
import type { ContactState } from '../../src/rules/state.ts';
import { nothingKnown } from '../../src/rules/state.ts';
import { entryOf, otherKey, type WriteResult } from '../../src/rules/written.ts';
import { GALLERY, GALLERY_NEWS, LIBRARY_BLOCK, MUSEUM, testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt } from '../helpers/state.ts';

const registry = testRegistry();
const placed = (key: ControlKey) => registry.controls.get(key) as PlacedControl;
const close = (key: ControlKey): Desired => ({ to: 'closed', control: placed(key), optOutAt: hubspotTime(100) });
const open = (key: ControlKey): Desired => ({
  to: 'subscribed',
  control: placed(key),
  value: 'SUBSCRIBED',
  by: back(200),
});
const span = { from: ourTime(900), until: ourTime(950) };
const sight: Sight = { exists: true, address: { hash: 'a', statuses: [] }, others: [], actual: {} };

type Case = {
  wishes: Desired[];
  found?: Record<ControlKey, ControlValue>;
  also?: OtherAddressWrite[];
  results?: Record<string, WriteResult>;
  state?: ContactState;
  seen?: Partial<Sight>;
  from?: typeof registry;
};

/** What is recorded when these wishes were planned on what was found, and HubSpot answered so. */
function recorded({
  wishes,
  found = {},
  also = [],
  results = {},
  state = nothingKnown,
  seen = {},
  from = registry,
}: Case) {
  const desired = new Map(wishes.map((wish) => [wish.control.key, wish]));
  const plan = planWrites(desired, found, from, ourTime(1000));
  const step = { do: 'write' as const, desired, plan, also };
  return entryOf({ step, state, sight: { ...sight, ...seen }, span }, new Map(Object.entries(results)), from);
}

describe('a step that HubSpot took whole', () => {
  test('says what was before and after, and when each control was written', () => {
    const results = { [GALLERY]: { at: hubspotTime(7) } };
    expect(recorded({ wishes: [close(GALLERY)], found: { [GALLERY]: 'SUBSCRIBED' }, results })).toEqual({
      entry: {
        kind: 'applied',
        before: { [GALLERY]: 'SUBSCRIBED' },
        after: { [GALLERY]: 'UNSUBSCRIBED' },
        written: { [GALLERY]: { direction: 'closed', at: 7, ...span } },
        lifted: {},
        placed: { [GALLERY]: 'museum' },
      },
    });
  });

  test('knows no write of ours where somebody else was quicker', () => {
    const results = { [GALLERY]: { at: undefined } };
    expect(recorded({ wishes: [close(GALLERY)], found: { [GALLERY]: 'SUBSCRIBED' }, results }).entry).toMatchObject({
      after: { [GALLERY]: 'UNSUBSCRIBED' },
      written: {},
    });
  });

  test('keeps what needed no write as found', () => {
    const { entry } = recorded({ wishes: [close(GALLERY)], found: { [GALLERY]: 'UNSUBSCRIBED' } });
    expect(entry).toMatchObject({ after: { [GALLERY]: 'UNSUBSCRIBED' }, written: {} });
    expect(entry).not.toHaveProperty('leftAsIs');
    expect(entry).not.toHaveProperty('unfinished');
  });

  test('names the opt-outs that a return lifted, if the record exists', () => {
    const due = knowing({ ...optedOutAt(100), returns: [back(200)] });
    const done = knowing({ ...optedOutAt(100), returns: [back(200)], liftedOptOut: 100 });
    expect(recorded({ wishes: [], state: due }).entry.lifted).toEqual({ museum: 100 });
    expect(recorded({ wishes: [], state: due, seen: { exists: false } }).entry.lifted).toEqual({});
    expect(recorded({ wishes: [], state: done }).entry.lifted).toEqual({});
    expect(recorded({ wishes: [], state: knowing(optedOutAt(100)) }).entry.lifted).toEqual({});
  });
});

describe('a step that HubSpot did not take whole', () => {
  const found = { [GALLERY]: 'SUBSCRIBED', [GALLERY_NEWS]: 'SUBSCRIBED' };
  const wishes = [close(GALLERY), close(GALLERY_NEWS)];
  const lift = knowing({ ...optedOutAt(100), returns: [back(200)] });

  test('is unfinished: what was written is a fact, nothing counts as lifted', () => {
    const results = { [GALLERY]: { at: hubspotTime(7) }, [GALLERY_NEWS]: { failed: 'INTERNAL_ERROR' } };
    const given = recorded({ wishes, found, results, state: lift });
    expect(given.entry).toMatchObject({ unfinished: true, lifted: {}, after: { [GALLERY_NEWS]: 'SUBSCRIBED' } });
    expect(Object.keys(given.entry.written)).toEqual([GALLERY]);
    expect('failure' in given && given.failure).toEqual(new RetryableError(`${GALLERY_NEWS}: INTERNAL_ERROR`));
  });

  test.each<[string, Record<string, WriteResult>, unknown]>([
    [
      'no answer',
      { [GALLERY]: { at: hubspotTime(7) } },
      new RetryableError(`${GALLERY_NEWS}: it could not be written`),
    ],
    [
      'refused',
      { [GALLERY_NEWS]: { refused: 'VALIDATION_ERROR' }, [GALLERY]: { at: hubspotTime(7) } },
      new PermanentError(`HubSpot refuses to close ${GALLERY_NEWS}`),
    ],
    ['the call failed', { [GALLERY]: { thrown: 'away' }, [GALLERY_NEWS]: { thrown: 'away' } }, 'away'],
    [
      'a later failure than a refusal is passing trouble',
      { [GALLERY]: { refused: 'VALIDATION_ERROR' }, [GALLERY_NEWS]: { failed: 'LOCKED' } },
      new RetryableError(`${GALLERY_NEWS}: LOCKED`),
    ],
    [
      'a refusal does not hide an earlier failure',
      { [GALLERY]: { failed: 'LOCKED' }, [GALLERY_NEWS]: { refused: 'VALIDATION_ERROR' } },
      new RetryableError(`${GALLERY}: LOCKED`),
    ],
  ])('%s', (_, results, failure) => {
    const given = recorded({ wishes, found, results });
    expect('failure' in given && given.failure).toEqual(failure);
    if (failure instanceof Error) expect('failure' in given && given.failure).toBeInstanceOf(failure.constructor);
  });

  test('a control that cannot be reopened stays closed and is named', () => {
    const results = { [GALLERY]: { refused: 'VALIDATION_ERROR' } };
    const given = recorded({ wishes: [open(GALLERY)], found: { [GALLERY]: 'UNSUBSCRIBED' }, results, state: lift });
    expect(given).not.toHaveProperty('failure');
    expect(given.entry).toMatchObject({ leftAsIs: { [GALLERY]: 'VALIDATION_ERROR' }, lifted: { museum: 100 } });
  });

  test('a write at another address counts like one at the primary address', () => {
    const write = {
      control: placed(GALLERY),
      value: 'UNSUBSCRIBED',
      direction: 'closed' as const,
      because: close(GALLERY),
    };
    const also = [{ address: 'b', write }];
    expect(otherKey(write, 0)).toBe(`${GALLERY} (0)`);
    expect(
      recorded({ wishes: [], also, results: { [otherKey(write, 0)]: { at: hubspotTime(7) } } }),
    ).not.toHaveProperty('failure');
    const given = recorded({ wishes: [], also, results: { [GALLERY]: { at: hubspotTime(7) } } });
    expect('failure' in given && given.failure).toEqual(
      new RetryableError(`${GALLERY} of another address: it could not be written`),
    );
  });
});

describe('a control that could not be seen', () => {
  test.each<[string, Partial<Case>, ControlKey, string]>([
    [
      'a property of a record that is gone',
      { seen: { exists: false } },
      LIBRARY_BLOCK,
      'HubSpot has no such contact any more',
    ],
    [
      'a type of a contact without an address',
      { seen: { address: undefined as never } },
      MUSEUM,
      'the contact has no address, so no statuses',
    ],
    [
      'a protected control',
      { from: { ...registry, protectedControls: new Set([MUSEUM]) } },
      MUSEUM,
      'it is protected (R3)',
    ],
  ])('%s is named', (_, given, key, why) => {
    const known = recorded({ wishes: [close(key)], ...given });
    expect(known).not.toHaveProperty('failure');
    expect(known.entry.leftAsIs).toEqual({ [key]: why });
  });

  test('a type whose statuses HubSpot did not give is tried again', () => {
    const given = recorded({ wishes: [close(MUSEUM)] });
    expect(given.entry.unfinished).toBe(true);
    expect('failure' in given && given.failure).toEqual(
      new RetryableError('HubSpot did not give the statuses of the contact’s address'),
    );
  });
});

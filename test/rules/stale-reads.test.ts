import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { nextStep } from '../../src/rules/next-step.ts';
import type { ShownStatus, Sight } from '../../src/rules/sight.ts';
import type { ContactState, Written } from '../../src/rules/state.ts';
import { forms, GALLERY, MUSEUM, museumControls, testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt, timed } from '../helpers/state.ts';

const registry = testRegistry();
const OWN_TYPE = 501;
const CLOSED_AT = 20_500;
const write = (at: number) => timed<Written>({ at, from: at - 100, until: at + 100 });

const status = (subscriptionId: number, value: string, at?: number): ShownStatus => ({
  subscriptionId,
  status: value,
  source: '',
  ...(at !== undefined && { at: hubspotTime(at) }),
});

/**
 * The owner came back by a form; HubSpot shows the company's own type as `shown`, after `before`, and the value of each control of `seen`.
 * Returns what is written to that type.
 */
function written(
  shown: { status: string; at?: number },
  known: Partial<ContactState> = {},
  before: ShownStatus[] = [],
  seen = museumControls,
): string | undefined {
  const company = { ...optedOutAt(10_000), returns: [back(30_000, { form: forms.ofCompany })] };
  const state = knowing(company, {
    holdings: [{ hash: 'a', from: hubspotTime(9000) }],
    written: { [MUSEUM]: { closed: [write(CLOSED_AT)] } },
    ...known,
  });
  const sight: Sight = {
    exists: true,
    address: { hash: 'a', statuses: [...before, status(OWN_TYPE, shown.status, shown.at)] },
    others: [],
    actual: Object.fromEntries(seen.map((key) => [key, key === MUSEUM ? shown.status : ''])),
  };
  const step = nextStep({ contact: '1', entries: [], state }, sight, registry, ourTime(31_000));
  return step.do === 'write' ? step.plan.writes.find(({ control }) => control.key === MUSEUM)?.value : step.do;
}

describe('a lift does not believe a status that is older than our own closing', () => {
  test('shown as subscribed since before we closed the type: the type is opened', () => {
    expect(written({ status: 'SUBSCRIBED', at: 5000 })).toBe('SUBSCRIBED');
  });

  test('shown as subscribed since after our closing: nothing is to be written', () => {
    expect(written({ status: 'SUBSCRIBED', at: 25_000 })).toBeUndefined();
  });

  test('in the very second of our closing reads may show whole seconds: what is shown counts', () => {
    expect(written({ status: 'SUBSCRIBED', at: 20_000 })).toBeUndefined();
  });

  test('a closing at an address that the record no longer has says nothing of this one', () => {
    const holdings = [
      { hash: 'b', from: hubspotTime(9000) },
      { hash: 'a', from: hubspotTime(CLOSED_AT + 1) },
    ];
    expect(written({ status: 'SUBSCRIBED', at: 5000 }, { holdings })).toBeUndefined();
    expect(written({ status: 'SUBSCRIBED', at: 5000 }, { holdings: [] })).toBeUndefined();
  });

  test('shown as subscribed since before the opt-out, which somebody else wrote: the type is opened', () => {
    expect(written({ status: 'SUBSCRIBED', at: 5000 }, { written: {} })).toBe('SUBSCRIBED');
    expect(written({ status: 'SUBSCRIBED', at: 11_000 }, { written: {} })).toBeUndefined();
  });

  test('what we opened again after the closing is not closed', () => {
    const both = { [MUSEUM]: { closed: [write(CLOSED_AT)], open: [write(CLOSED_AT + 1)] } };
    expect(written({ status: 'SUBSCRIBED', at: 5000 }, { written: both })).toBeUndefined();
  });

  test('what we opened before the closing is closed; at one moment of both it is not', () => {
    const opened = (at: number) => ({ [MUSEUM]: { closed: [write(CLOSED_AT)], open: [write(at)] } });
    expect(written({ status: 'SUBSCRIBED', at: 5000 }, { written: opened(CLOSED_AT - 1) })).toBe('SUBSCRIBED');
    expect(written({ status: 'SUBSCRIBED', at: 5000 }, { written: opened(CLOSED_AT) })).toBeUndefined();
  });

  test('the record’s first address is known from some time on, and may have been held before', () => {
    const holdings = [{ hash: 'a', from: hubspotTime(CLOSED_AT + 1) }];
    expect(written({ status: 'SUBSCRIBED', at: 5000 }, { holdings })).toBe('SUBSCRIBED');
  });

  test('of several addresses the newest one’s time counts', () => {
    const held = (...from: number[]) => from.map((at, i) => ({ hash: i === 1 ? 'b' : 'a', from: hubspotTime(at) }));
    const shown = { status: 'SUBSCRIBED', at: 5000 };
    expect(written(shown, { holdings: held(1, 9000, CLOSED_AT + 1) })).toBeUndefined();
    expect(written(shown, { holdings: held(1, 9000, 9001) })).toBe('SUBSCRIBED');
  });

  test('another type’s status says nothing of this one', () => {
    expect(written({ status: 'SUBSCRIBED', at: 25_000 }, {}, [status(511, 'SUBSCRIBED', 5000)])).toBeUndefined();
  });

  test('a type that HubSpot does not show is not written, whatever we closed', () => {
    expect(written({ status: 'SUBSCRIBED', at: 5000 }, {}, [], museumControls.slice(1))).toBeUndefined();
  });

  test('a brand that the form names: its own "no" is the last closing, not the company’s opt-out', () => {
    const company = { ...optedOutAt(10_000), returns: [back(30_000, { form: forms.ofBrand, brand: 'gallery' })] };
    const state = knowing(company, { holdings: [{ hash: 'a', from: 9000 }], ownNo: { [GALLERY]: 20_000 } });
    const seen = (at: number): Sight => ({
      exists: true,
      address: { hash: 'a', statuses: [status(511, 'SUBSCRIBED', at)] },
      others: [],
      actual: { [GALLERY]: 'SUBSCRIBED' },
    });
    const opened = (at: number) => {
      const step = nextStep({ contact: '1', entries: [], state }, seen(at), registry, ourTime(31_000));
      return step.do === 'write' && step.plan.writes.map(({ control }) => control.key);
    };
    expect(opened(15_000)).toEqual([GALLERY]);
    expect(opened(20_000)).toEqual([]);
  });
});

describe('a fan-out does not believe a status that is older than our own opening', () => {
  /** What is written to a brand's type which HubSpot shows as closed at a moment; a lift opened the type at 20,500, and a new "no" came. */
  const closes = (
    shownAt: number,
    types: { closed?: Written[]; open?: Written[] } = { open: [write(20_500)] },
    holdings = [{ hash: 'a', from: hubspotTime(9000) }],
  ) => {
    const state = knowing(optedOutAt(21_000), {
      holdings,
      written: { [GALLERY]: types },
    });
    const statuses = [status(OWN_TYPE, 'UNSUBSCRIBED', 21_000), status(511, 'UNSUBSCRIBED', shownAt)];
    const actual = { ...Object.fromEntries(museumControls.map((key) => [key, 'true'])), [GALLERY]: 'UNSUBSCRIBED' };
    const sight: Sight = { exists: true, address: { hash: 'a', statuses }, others: [], actual };
    const step = nextStep({ contact: '1', entries: [], state }, sight, registry, ourTime(22_000));
    return step.do === 'write' ? step.plan.writes.find(({ control }) => control.key === GALLERY)?.value : step.do;
  };

  test('shown as closed since before we opened the type: the type is closed once more', () => {
    expect(closes(19_000)).toBe('UNSUBSCRIBED');
  });

  test.each([
    ['since after our opening', 21_500],
    ['since the very second of our opening: reads may show whole seconds', 20_000],
  ])('shown as closed %s: nothing is to be written', (_, at) => {
    expect(closes(at)).toBeUndefined();
  });

  test('what we opened before the record held this address was another one’s', () => {
    const moved = [
      { hash: 'b', from: hubspotTime(9000) },
      { hash: 'a', from: hubspotTime(20_900) },
    ];
    expect(closes(19_000, { open: [write(20_500)] }, moved)).toBeUndefined();
    expect(closes(19_000, { open: [write(20_950)] }, moved)).toBe('UNSUBSCRIBED');
  });

  test('where we closed the type again since, or HubSpot never confirmed our opening, what is shown counts', () => {
    expect(closes(19_000, { open: [write(20_500)], closed: [write(21_200)] })).toBeUndefined();
    expect(closes(19_000, { open: [{ ...write(20_500), planned: true }] })).toBeUndefined();
  });
});

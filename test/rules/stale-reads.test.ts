import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { nextStep } from '../../src/rules/next-step.ts';
import type { Sight } from '../../src/rules/sight.ts';
import type { ContactState, Written } from '../../src/rules/state.ts';
import { forms, MUSEUM, museumControls, testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt, timed } from '../helpers/state.ts';

const registry = testRegistry();
const OWN_TYPE = 501;
const CLOSED_AT = 20_500;
const write = (at: number) => timed<Written>({ at, from: at - 100, until: at + 100 });

/** The owner came back by a form; HubSpot shows the company's own type as `shown`. Returns what is written to that type. */
function written(shown: { status: string; at?: number }, known: Partial<ContactState> = {}): string | undefined {
  const company = { ...optedOutAt(10_000), returns: [back(30_000, { form: forms.ofCompany })] };
  const state = knowing(company, {
    holdings: [{ hash: 'a', from: hubspotTime(9000) }],
    written: { [MUSEUM]: { closed: [write(CLOSED_AT)] } },
    ...known,
  });
  const status = {
    subscriptionId: OWN_TYPE,
    status: shown.status,
    source: '',
    ...(shown.at !== undefined && { at: hubspotTime(shown.at) }),
  };
  const sight: Sight = {
    exists: true,
    address: { hash: 'a', statuses: [status] },
    others: [],
    actual: { ...Object.fromEntries(museumControls.map((key) => [key, ''])), [MUSEUM]: shown.status },
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
});

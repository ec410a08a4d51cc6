import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { parseRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import type { Facts } from '../../src/rules/clause.ts';
import { decide } from '../../src/rules/decide.ts';
import type { ContactState } from '../../src/rules/state.ts';
import type { Signal } from '../../src/signals/signal.ts';
import { changed, MINUTE } from '../helpers/person.ts';
import { forms, GALLERY, LIBRARY_BLOCK, MUSEUM, registryText, testRegistry } from '../helpers/registry.ts';
import { shows, write } from '../helpers/shown.ts';
import { back, type InMs, knowing, optedOutAt } from '../helpers/state.ts';

/** What HubSpot shows, against our own writes: events that come seconds or minutes late. */

const registry = testRegistry();
const AT = 10 * MINUTE;
const ownWrite = (follow: string) => ({ kind: 'ignored', because: 'own-write', follow });

/** The verdict on HubSpot's own webhook about the company's type, of somebody whom we closed at AT. */
function told(
  [to, at]: ['closed' | 'open', number],
  shown: Facts['shown'],
  more: Partial<InMs<ContactState>> = {},
  from = registry,
) {
  const state = knowing(optedOutAt(100), { written: { [MUSEUM]: { closed: [write(AT)] } }, ...more });
  const facts: Facts = { registry: from, now: ourTime(AT + 60 * MINUTE), address: 'same' };
  return decide(state, changed(MUSEUM, to, at), { ...facts, ...(shown !== undefined && { shown }) });
}

describe('what HubSpot wrote anew because the record got another address', () => {
  const id = 'Updated in response to an email address change.';
  /** The verdict on an event of the company's type at a moment, which HubSpot shows as it was before; `now` a second later. */
  const rewritten = (
    to: 'closed' | 'open',
    shown: Facts['shown'],
    state = knowing({}),
    { now = AT + 1000, control = MUSEUM } = {},
  ) => {
    const signal = { ...changed(control, to, AT), source: { channel: 'webhook', change: 'EMAIL', id } } as Signal;
    const facts: Facts = { registry, now: ourTime(now), address: 'same' };
    return decide(state, signal, { ...facts, ...(shown !== undefined && { shown }) });
  };

  test('a closing is looked up: nobody said "no" at that moment', () => {
    expect(rewritten('closed', undefined)).toEqual({ kind: 'look-first' });
  });

  test('a closing counts from when the status was set', () => {
    const verdict = rewritten('closed', shows('UNSUBSCRIBED', 5000));
    expect(verdict).toMatchObject({ decision: { rule: 'R1', changes: [{ at: 5000 }] } });
    expect(rewritten('closed', shows('UNSUBSCRIBED', 5000), knowing(optedOutAt(5000)))).toMatchObject({
      because: 'already-so',
    });
  });

  test('a closing waits where a return came since: HubSpot may show an older status', () => {
    const state = knowing({ ...optedOutAt(5000), returns: [back(6000)] });
    expect(rewritten('closed', shows('UNSUBSCRIBED', 5000), state)).toMatchObject({ kind: 'too-early' });
    const later = rewritten('closed', shows('UNSUBSCRIBED', 5000), state, { now: AT + 2 * MINUTE });
    expect(later).toMatchObject({ because: 'already-so' });
  });

  test('a closing that HubSpot shows no status of counts at once: the "no" wins', () => {
    expect(rewritten('closed', 'nothing')).toMatchObject({ decision: { rule: 'R1', changes: [{ at: AT }] } });
  });

  test('our own closing of a brand’s type is no "no" of the person’s', () => {
    const state = knowing(optedOutAt(4000), { written: { [GALLERY]: { closed: [write(5000)] } } });
    const shown = shows('UNSUBSCRIBED', 5000, { subscriptionId: 511 });
    expect(rewritten('closed', shown, state, { control: GALLERY })).toMatchObject({ because: 'own-write' });
    const own = rewritten('closed', { ...shown, at: hubspotTime(3000) }, knowing({}), { control: GALLERY });
    expect(own).toMatchObject({ decision: { rule: 'R2', changes: [{ at: 3000 }] } });
  });

  test('an opening is nobody’s: the new address is looked at', () => {
    expect(rewritten('open', undefined, knowing(optedOutAt(5000)))).toEqual({
      kind: 'ignored',
      because: 'already-so',
      follow: 'identify',
    });
  });
});

test('a property has no status to look at: its closing counts at once, however soon after a write of ours', () => {
  const state = knowing(optedOutAt(100), { written: { [LIBRARY_BLOCK]: { closed: [write(AT)] } } });
  const verdict = decide(state, changed(LIBRARY_BLOCK, 'closed', AT + 5000), {
    registry,
    now: ourTime(AT + 5000),
    address: 'same',
  });
  expect(verdict).toMatchObject({ decision: { rule: 'R2' } });
});

describe('a webhook’s closing some seconds after our own, which HubSpot still shows', () => {
  const event = ['closed', AT + 20_000] as const;

  test('is the echo, where nobody opened the type since', () => {
    expect(told([...event], shows('UNSUBSCRIBED', AT))).toEqual(ownWrite('nothing'));
  });

  test.each<[string, number, object]>([
    ['before our closing, which answered it: the echo', AT - 1, ownWrite('nothing')],
    ['at the moment of our closing, which answered it: the echo', AT, ownWrite('nothing')],
    ['after our closing: the person’s "no"', AT + 1, { decision: { rule: 'R1' } }],
  ])('an opening that was refused %s', (_, since, expected) => {
    const refusals = { [MUSEUM]: { by: 'CRM_UI', since, closings: 0 } };
    expect(told([...event], shows('UNSUBSCRIBED', AT), { refusals })).toMatchObject(expected);
  });

  test('an opening of another control tells nothing of this one', () => {
    const refusals = { [LIBRARY_BLOCK]: { by: 'CRM_UI', since: AT + 10_000, closings: 0 } };
    expect(told([...event], shows('UNSUBSCRIBED', AT), { refusals })).toEqual(ownWrite('nothing'));
    const { companies } = knowing({ ...optedOutAt(100), graced: [LIBRARY_BLOCK] });
    expect(told([...event], shows('UNSUBSCRIBED', AT), { companies })).toEqual(ownWrite('nothing'));
  });

  test.each([
    ['before our lift is a "no" that the lift overwrote', 25_000, { decision: { rule: 'R1' } }],
    [
      'when we opened the type is an old echo: what is open by our own hand nobody closed',
      20_000,
      ownWrite('converge'),
    ],
  ])('%s', (_, opened, expected) => {
    const written = { [MUSEUM]: { closed: [write(AT)], open: [write(AT + opened)] } };
    expect(told([...event], shows('SUBSCRIBED', AT + opened), { written })).toMatchObject(expected);
  });

  test.each<[number, object]>([
    [2000, ownWrite('nothing')],
    [2001, { decision: { rule: 'R1' } }],
  ])('before our second closing: %i ms may be a matter of the echo window (two seconds)', (before, expected) => {
    const second = AT + 20_000 + before;
    const written = { [MUSEUM]: { closed: [write(AT), write(second)], open: [write(AT + 21_000)] } };
    expect(told([...event], shows('UNSUBSCRIBED', second), { written })).toMatchObject(expected);
  });
});

describe('HubSpot shows the type as open since before the event', () => {
  test.each([
    ['a second before a closing: statuses may be told in whole seconds, so the closing keeps its time', 1000, 0],
    ['more than a second before a closing: the closing was told late and counts from before that', 1001, -1002],
  ])('%s', (_, before, counted) => {
    const at = AT + 20_000;
    expect(told(['closed', at], shows('SUBSCRIBED', at - before))).toMatchObject({
      decision: { rule: 'R1', changes: [{ at: at + counted }] },
    });
  });

  test('an opening keeps its time and is refused (R5), whatever was shown before the opt-out', () => {
    expect(told(['open', AT], shows('SUBSCRIBED', 50))).toMatchObject({ decision: { rule: 'R5', outcome: 'refused' } });
  });
});

test('a copied property may tell minutes late: also then an opening that was heard of since makes the closing the person’s', () => {
  const copying = arrangeRegistry(parseRegistry(registryText.replace('id: 501 }', 'id: 501, property: museum_mail }')));
  const late = (since: number) =>
    told(
      ['closed', AT + 5 * MINUTE],
      shows('UNSUBSCRIBED', AT),
      { refusals: { [MUSEUM]: { by: 'CRM_UI', since, closings: 0 } } },
      copying,
    );
  expect(late(AT - MINUTE)).toEqual(ownWrite('nothing'));
  expect(late(AT + MINUTE)).toMatchObject({ decision: { rule: 'R1' } });
});

describe('a workflow tells with the time of the telling; HubSpot’s status shows since when somebody else has closed the type', () => {
  const TOLD = AT + 20 * MINUTE;
  const SHOWN = AT + 15 * MINUTE;
  const workflow = { channel: 'workflow' } as const;
  const ownWrites = { written: { [MUSEUM]: { closed: [write(AT)] } } };
  /** Who opted out when HubSpot shows it, and came back by a form a minute later. */
  const cameBack = knowing({ ...optedOutAt(SHOWN), returns: [back(SHOWN + MINUTE)] }, ownWrites);
  /** The workflow's word, decided `later` ms after it. */
  const decided = (state: ContactState, later: number, source: Signal['source'] = workflow, at = SHOWN) => {
    const facts: Facts = { registry, now: ourTime(TOLD + later), address: 'same', shown: shows('UNSUBSCRIBED', at) };
    const signal = { ...changed(MUSEUM, 'closed', TOLD), source } as Signal;
    return decide(state, { ...signal, receivedAt: ourTime(TOLD) }, facts);
  };

  test('so that the word is the opt-out that is known, and no new one after the return', () => {
    expect(decided(cameBack, 2 * MINUTE)).toEqual({ kind: 'ignored', because: 'already-so', follow: 'nothing' });
  });

  test('what HubSpot shows may be old itself: it is looked at again for two minutes', () => {
    expect(decided(cameBack, 2 * MINUTE - 1)).toEqual({
      kind: 'too-early',
      since: TOLD,
      until: TOLD + 2 * MINUTE,
    });
  });

  test('without a return nothing depends on when it was said: the word counts at once', () => {
    const state = knowing(optedOutAt(100), ownWrites);
    expect(decided(state, 0)).toMatchObject({ decision: { rule: 'R1', changes: [{ at: TOLD }] } });
  });

  test('a form that was only noted counts like a return', () => {
    const noted = [{ form: forms.ofCompany, at: SHOWN + MINUTE, recordedAt: SHOWN + MINUTE }];
    const state = knowing(optedOutAt(SHOWN), { ...ownWrites, noted });
    expect(decided(state, 0)).toMatchObject({ kind: 'too-early' });
  });

  test.each([
    ['HubSpot shows that the type was closed at that time', workflow, TOLD - 1000],
    ['HubSpot’s own webhook tells when the property changed', { channel: 'webhook', change: 'EMAIL' } as const, SHOWN],
  ])('but a new "no" it is, where %s', (_, source, at) => {
    expect(decided(cameBack, 2 * MINUTE, source, at)).toMatchObject({
      decision: { rule: 'R1', changes: [{ at: TOLD }] },
    });
  });
});

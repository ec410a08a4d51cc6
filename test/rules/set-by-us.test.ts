import { describe, expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import { parseRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import type { Facts } from '../../src/rules/clause.ts';
import { decide } from '../../src/rules/decide.ts';
import type { Written } from '../../src/rules/state.ts';
import { changed, MINUTE } from '../helpers/person.ts';
import { GALLERY, MUSEUM, registryText, testRegistry } from '../helpers/registry.ts';
import { planned, shows, write } from '../helpers/shown.ts';
import { back, knowing, optedOutAt } from '../helpers/state.ts';

const registry = testRegistry();

describe('an event that comes long after our own write', () => {
  const AT = 10 * MINUTE;
  type Writes = { closed?: Written[]; open?: Written[] };
  const told = (key: string, [to, at]: ['closed' | 'open', number], writes: Writes, shown?: Facts['shown']) => {
    const facts: Facts = {
      registry,
      now: ourTime(2 * 60 * MINUTE),
      address: 'same',
      ...(shown !== undefined && { shown }),
    };
    const event = { ...changed(key, to, at), source: { channel: 'workflow' as const } };
    return decide(knowing(optedOutAt(100), { written: { [key]: writes } }), event, facts);
  };
  const closed = { closed: [write(AT)] };

  test.each([GALLERY, MUSEUM])('%s: HubSpot is looked at before it counts, within an hour', (key) => {
    for (const late of [5000, 5 * MINUTE, 60 * MINUTE]) {
      expect(told(key, ['closed', AT + late], closed)).toEqual({ kind: 'look-first' });
    }
    expect(told(key, ['closed', AT + 60 * MINUTE + 1], closed)).toMatchObject({ kind: 'recorded' });
    expect(told(key, ['closed', AT + 5000], {})).toMatchObject({ kind: 'recorded' });
    expect(told(key, ['closed', AT + 5000], { closed: [planned] })).not.toEqual({ kind: 'look-first' });
  });

  test.each([GALLERY, MUSEUM])('%s: what we closed, and nobody changed since, is our own write', (key) => {
    const verdict = told(key, ['closed', AT + 5 * MINUTE], closed, shows('UNSUBSCRIBED', AT));
    expect(verdict).toEqual({ kind: 'ignored', because: 'own-write', follow: 'nothing' });
  });

  test.each<[string, string]>([
    [GALLERY, 'R2'],
    [MUSEUM, 'R1'],
  ])('%s: what we closed once more after the event says nothing of the event', (key, rule) => {
    const written = { [key]: { closed: [write(AT), write(AT + 25_000)] } };
    const facts: Facts = {
      registry,
      now: ourTime(AT + MINUTE),
      address: 'same',
      shown: shows('UNSUBSCRIBED', AT + 25_000),
    };
    const verdict = decide(knowing(optedOutAt(100), { written }), changed(key, 'closed', AT + 20_000), facts);
    expect(verdict).toMatchObject({ decision: { rule } });
  });

  test('a webhook of HubSpot’s own property tells at most some seconds late; one of a copied property may be as late as a workflow', () => {
    const verdictOn = (late: number, from = registry) =>
      decide(knowing(optedOutAt(100), { written: { [MUSEUM]: closed } }), changed(MUSEUM, 'closed', AT + late), {
        registry: from,
        now: ourTime(AT + late),
        address: 'same',
      });
    expect(verdictOn(30_000)).toEqual({ kind: 'look-first' });
    expect(verdictOn(30_001)).toMatchObject({ decision: { rule: 'R1' } });
    const copying = arrangeRegistry(
      parseRegistry(registryText.replace('id: 501 }', 'id: 501, property: museum_mail }')),
    );
    expect(verdictOn(5 * MINUTE, copying)).toEqual({ kind: 'look-first' });
  });

  test('a workflow may tell minutes late of our first closing, whatever we closed since', () => {
    const writes = { closed: [write(AT), write(AT + 6 * MINUTE)] };
    const state = knowing(optedOutAt(100), { written: { [MUSEUM]: writes } });
    const shown = shows('UNSUBSCRIBED', AT + 6 * MINUTE);
    const facts: Facts = { registry, now: ourTime(2 * 60 * MINUTE), address: 'same', shown };
    const event = { ...changed(MUSEUM, 'closed', AT + 5 * MINUTE), source: { channel: 'workflow' as const } };
    expect(decide(state, event, facts)).toEqual({ kind: 'ignored', because: 'own-write', follow: 'nothing' });
  });

  test('an opening that was heard of since our closing: what HubSpot shows may be old, and the "no" wins', () => {
    const refusals = { [MUSEUM]: { by: 'x', since: AT + 10_000, closings: 0 } };
    for (const more of [{ refusals }, { companies: knowing({ ...optedOutAt(100), graced: [MUSEUM] }).companies }]) {
      const state = knowing(optedOutAt(100), { written: { [MUSEUM]: closed }, ...more } as never);
      const shown = shows('UNSUBSCRIBED', AT);
      const facts: Facts = { registry, now: ourTime(2 * 60 * MINUTE), address: 'same', shown };
      expect(decide(state, changed(MUSEUM, 'closed', AT + 5 * MINUTE), facts)).toMatchObject({
        decision: { rule: 'R1' },
      });
    }
  });

  test.each([GALLERY, MUSEUM])('%s: what we opened since was closed before: an old echo', (key) => {
    const writes = { closed: [write(AT)], open: [write(AT + MINUTE)] };
    const verdict = told(key, ['closed', AT + 5 * MINUTE], writes, shows('SUBSCRIBED', AT + MINUTE));
    expect(verdict).toEqual({ kind: 'ignored', because: 'own-write', follow: 'converge' });
  });

  test.each<[string, string]>([
    [GALLERY, 'R2'],
    [MUSEUM, 'R1'],
  ])('%s: what HubSpot holds of another time or of nobody is the person’s', (key, rule) => {
    for (const shown of [
      shows('UNSUBSCRIBED', AT + 4 * MINUTE),
      shows('SUBSCRIBED', AT + 5 * MINUTE - 1000),
      'nothing',
    ] as const) {
      expect(told(key, ['closed', AT + 5 * MINUTE], closed, shown)).toMatchObject({ decision: { rule } });
    }
  });

  describe('HubSpot shows the type as open since before the event', () => {
    const shown = shows('SUBSCRIBED', AT + MINUTE);
    const event = changed(MUSEUM, 'closed', AT + 5 * MINUTE);
    const told = (now: number, returnedAt: number) => {
      const state = knowing(
        { ...optedOutAt(100), returns: [back(returnedAt)], liftedOptOut: 100, liftedUpTo: returnedAt },
        { written: { [MUSEUM]: closed } },
      );
      return decide(state, event, { registry, now: ourTime(now), address: 'same', shown });
    };

    test('what HubSpot shows may be old: the event waits for some time', () => {
      const until = AT + 7 * MINUTE;
      expect(told(until - 1, AT + MINUTE)).toEqual({ kind: 'too-early', since: event.receivedAt, until });
    });

    test('then the "no" counts from before that moment: a return at that moment is later', () => {
      expect(told(AT + 7 * MINUTE, AT + MINUTE)).toMatchObject({ decision: { rule: 'R9', outcome: 'stale' } });
    });

    test('and is an opt-out, where the owner returned before: somebody else opened the type since', () => {
      expect(told(AT + 7 * MINUTE, AT + MINUTE - 1)).toMatchObject({
        decision: { rule: 'R1', outcome: 'opted-out', changes: [{ at: AT + MINUTE - 1 }] },
      });
    });
  });

  test('an opening that is told late: nothing is open by now, or only what we opened', () => {
    const writes = { open: [write(AT)] };
    expect(told(GALLERY, ['open', AT + MINUTE], writes)).toEqual({ kind: 'look-first' });
    const echo = { kind: 'ignored', because: 'own-write', follow: 'converge' };
    for (const shown of [shows('UNSUBSCRIBED', AT + 1000), shows('SUBSCRIBED', AT)]) {
      expect(told(GALLERY, ['open', AT + MINUTE], writes, shown)).toEqual(echo);
    }
    const others = told(GALLERY, ['open', AT + MINUTE], writes, shows('SUBSCRIBED', AT + 50_000));
    expect(others).toMatchObject({ decision: { rule: 'R5' } });
  });

  test('a closing before our opening is no echo of our closing after it', () => {
    const writes = { closed: [write(1500)], open: [write(1000)] };
    expect(told(MUSEUM, ['closed', 900], writes)).toMatchObject({ decision: { rule: 'R1' } });
    expect(told(MUSEUM, ['closed', 1000], writes)).toMatchObject({ because: 'own-write' });
  });
});

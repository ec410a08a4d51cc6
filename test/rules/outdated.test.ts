import { describe, expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import type { Facts } from '../../src/rules/clause.ts';
import { decide } from '../../src/rules/decide.ts';
import type { ContactState } from '../../src/rules/state.ts';
import type { Signal } from '../../src/signals/signal.ts';
import { changed, MINUTE } from '../helpers/person.ts';
import { MUSEUM, testRegistry } from '../helpers/registry.ts';
import { planned, shows, write } from '../helpers/shown.ts';
import { back, type InMs, knowing, optedOutAt } from '../helpers/state.ts';

/** HubSpot shows a status that is older than what the ledger knows: its reads do not see the newest write at once. */

const registry = testRegistry();
const AT = 10 * MINUTE;
const tooEarly = (at: number) => ({ kind: 'too-early', until: at + 2 * MINUTE });
const byWorkflow = { channel: 'workflow' } as const;

/** The verdict on a closing of the company's type at a moment (ms), a second later unless `now` (ms) is given. */
function told(
  at: number,
  shown: Facts['shown'],
  { now = at + 1000, ...more }: Partial<InMs<ContactState>> & { now?: number; source?: Signal['source'] },
) {
  const { source, ...known } = more;
  const signal = changed(MUSEUM, 'closed', at);
  const facts: Facts = { registry, now: ourTime(now), address: 'same' };
  const state = knowing({ ...optedOutAt(100), returns: [back(200)] }, known);
  return decide(state, { ...signal, ...(source !== undefined && { source }) } as Signal, {
    ...facts,
    ...(shown !== undefined && { shown }),
  });
}

describe('a closing that a workflow tells of, after our closing and our lift', () => {
  const written = { [MUSEUM]: { closed: [write(AT)], open: [write(AT + 500)] } };
  const at = AT + 3000;

  test.each<[string, Facts['shown']]>([
    ['no status', 'nothing'],
    ['the type as never set', shows('NOT_SPECIFIED', undefined)],
    ['the type as open, from before our closing', shows('SUBSCRIBED', 5000)],
    ['our closing, which is older than our lift', shows('UNSUBSCRIBED', AT - 1000)],
  ])('waits while HubSpot shows %s', (_, shown) => {
    expect(told(at, shown, { written, source: byWorkflow })).toMatchObject(tooEarly(at));
  });

  test('is the echo of our closing, once HubSpot shows that the type has been open since our lift', () => {
    const late = { written, source: byWorkflow, now: at + 2 * MINUTE };
    expect(told(at, shows('SUBSCRIBED', AT + 500), late)).toMatchObject({ because: 'own-write' });
  });

  test('is a "no", where HubSpot shows nothing for two minutes', () => {
    const late = { written, source: byWorkflow, now: at + 2 * MINUTE };
    expect(told(at, 'nothing', late)).toMatchObject({ decision: { rule: 'R1' } });
  });

  test('a status whose time is of the same second is not older: reads may show whole seconds', () => {
    const sameSecond = { [MUSEUM]: { closed: [write(AT)], open: [write(AT + 999)] } };
    expect(told(at, shows('UNSUBSCRIBED', AT), { written: sameSecond, source: byWorkflow })).toMatchObject({
      because: 'own-write',
    });
    const nextSecond = { [MUSEUM]: { closed: [write(AT)], open: [write(AT + 1000)] } };
    expect(told(at, shows('UNSUBSCRIBED', AT), { written: nextSecond, source: byWorkflow })).toMatchObject(
      tooEarly(at),
    );
  });
});

describe('HubSpot still shows our closing', () => {
  const closed = { [MUSEUM]: { closed: [write(AT)] } };
  const shown = shows('UNSUBSCRIBED', AT);

  test('a workflow tells of a closing after an opening that was refused: that waits', () => {
    const refusals = { [MUSEUM]: { by: 'CRM_UI', since: AT + 5000, closings: 0 } };
    expect(told(AT + 6000, shown, { written: closed, refusals, source: byWorkflow })).toMatchObject(
      tooEarly(AT + 6000),
    );
    expect(told(AT + 6000, shown, { written: closed, source: byWorkflow })).toMatchObject({ because: 'own-write' });
  });

  test('a webhook tells of a closing a minute later, when a closing of ours may have landed: that waits', () => {
    const at = AT + MINUTE;
    const written = { [MUSEUM]: { closed: [write(AT), { ...planned, from: AT + 5000, until: AT + MINUTE }] } };
    const state = { written: written as unknown as InMs<ContactState>['written'] };
    expect(told(at, shown, { ...state, now: at + 5000 })).toMatchObject(tooEarly(at));
    expect(told(at, shows('UNSUBSCRIBED', at, { source: 'Recipient' }), { ...state, now: at + 9000 })).toMatchObject({
      decision: { rule: 'R1' },
    });
  });
});

import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { unheardOptOuts } from '../../src/rules/r1-company-opt-out.ts';
import { unheardOwnNos } from '../../src/rules/r2-own-no.ts';
import { SELF_SERVICE } from '../../src/rules/r4-return-by-form.ts';
import { ownersReturns } from '../../src/rules/r7-confirmation.ts';
import type { ShownStatus, Sight } from '../../src/rules/sight.ts';
import { type ContactState, nothingKnown, type Written } from '../../src/rules/state.ts';
import { forms, testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt, timed } from '../helpers/state.ts';

const lenient = testRegistry('policy: { acceptSelfService: true }\n');
const confirming = testRegistry('policy: { ownerConfirmationSources: ["Double opt-in"] }\n');
/** `at` in ms; undefined: HubSpot tells no time. */
const status = (at: number | undefined, source: string, state = 'SUBSCRIBED', subscriptionId = 501): ShownStatus => ({
  subscriptionId,
  status: state,
  source,
  ...(at !== undefined && { at: hubspotTime(at) }),
});
/** What HubSpot shows of a contact whose address has these statuses. */
const showing = (...statuses: ShownStatus[]): Sight => ({
  exists: true,
  address: { hash: 'a', statuses },
  others: [],
  actual: {},
});
/** Every return that a status shows, whichever rule finds it. */
const returns = (state: ContactState, shown: ShownStatus, registry: Registry) =>
  ownersReturns(state, showing(shown), registry);

describe('R4: the owner’s own resubscription, by the source of the status', () => {
  const out = knowing(optedOutAt(100));
  const own = status(101, SELF_SERVICE);

  test('lifts, where the policy accepts it', () => {
    expect(returns(out, own, lenient)).toEqual([
      {
        rule: 'R4',
        outcome: 'returned',
        reason: 'the owner resubscribed by HubSpot’s own page, which policy.acceptSelfService accepts',
        changes: [
          { type: 'return', company: 'museum', return: { at: 101, form: 'Self Service Resubscription', by: 'a' } },
        ],
      },
    ]);
    expect(returns(out, own, testRegistry())).toEqual([]);
  });

  test.each([
    ['not later than the opt-out', status(100, SELF_SERVICE)],
    ['by somebody else', status(101, 'Marketing Person')],
    ['of another type', status(101, SELF_SERVICE, 'SUBSCRIBED', 511)],
    ['no opt-in', status(101, SELF_SERVICE, 'UNSUBSCRIBED')],
  ])('lifts nothing when it is %s', (_, one) => {
    expect(returns(out, one, lenient)).toEqual([]);
  });

  test('lifts nothing where no opt-out stands', () => {
    expect(returns(knowing({}), own, lenient)).toEqual([]);
    expect(returns(knowing({ ...optedOutAt(50), returns: [back(60)] }), own, lenient)).toEqual([]);
    expect(returns(nothingKnown, own, lenient)).toEqual([]);
    expect(returns({ ...nothingKnown, companies: { gone: out.companies['museum'] as never } }, own, lenient)).toEqual(
      [],
    );
  });
});

describe('R7: the owner’s confirmation, by the source of the status', () => {
  const waits = { ...back(200, { form: forms.doubleOptIn, brand: 'gallery' }), until: 900 };
  const state = knowing({ ...optedOutAt(100), awaiting: [waits] });

  test('answers before self service does (R4), so that one click is one return', () => {
    const both = testRegistry('policy: { acceptSelfService: true }\n');
    expect(returns(state, status(201, SELF_SERVICE), both).map(({ rule }) => rule)).toEqual(['R7']);
  });

  test('confirms what waits', () => {
    expect(returns(state, status(201, 'Double opt-in'), confirming)).toStrictEqual([
      {
        rule: 'R7',
        outcome: 'returned',
        reason: 'the owner confirmed: the status says Double opt-in',
        changes: [
          {
            type: 'return',
            company: 'museum',
            return: {
              at: 200,
              form: forms.doubleOptIn,
              brand: 'gallery',
              proof: { by: 'confirmation' },
              confirmedAt: 201,
            },
          },
        ],
      },
    ]);
  });

  test('no earlier than the submission arrived here: its stated time may be anybody’s', () => {
    const backdated = knowing({ ...optedOutAt(100), awaiting: [{ ...waits, arrivedAt: 400 }] });
    expect(returns(backdated, status(400, 'Double opt-in'), confirming)).toEqual([]);
    expect(returns(backdated, status(401, 'Double opt-in'), confirming)).toHaveLength(1);
  });

  test.each([
    [200, 0],
    [201, 1],
    [900, 1],
    [901, 0],
  ])('at %i of what waits from 200 to 900: %i', (at, count) => {
    expect(returns(state, status(at, 'Double opt-in'), confirming)).toHaveLength(count);
  });

  test('not by another source', () => {
    expect(returns(state, status(300, 'Form'), confirming)).toEqual([]);
  });
});

describe('R1: opt-outs of which no webhook told', () => {
  const registry = testRegistry();
  const out = (at: number | undefined, source = 'Import') => status(at, source, 'UNSUBSCRIBED');
  const written = (...closed: Written[]) => ({ written: { 'subscription:501': { closed } } });
  const found = (state: ContactState, statuses = [out(300)], portalWideAt?: number) =>
    unheardOptOuts(
      { state, entries: [] },
      { ...showing(...statuses), ...(portalWideAt !== undefined && { portalWideAt: hubspotTime(portalWideAt) }) },
      registry,
      ourTime(1000),
    );

  test('of somebody of whom nothing is known', () => {
    const reason = 'HubSpot holds an opt-out, newer than all that is recorded, of which no webhook told';
    expect(found(nothingKnown)).toEqual([
      {
        rule: 'R1',
        outcome: 'opted-out',
        reason,
        changes: [
          {
            type: 'company-opt-out',
            companies: ['museum'],
            at: 300,
            source: { channel: 'audit', change: 'Import' },
            address: 'a',
          },
        ],
      },
    ]);
  });

  test('not without a time: nothing could be compared with it', () => {
    expect(found(nothingKnown, [out(undefined)])).toEqual([]);
  });

  test('without a source text', () => {
    expect(found(nothingKnown, [out(300, '')])[0]?.changes).toStrictEqual([
      { type: 'company-opt-out', companies: ['museum'], at: 300, source: { channel: 'audit' }, address: 'a' },
    ]);
  });

  test.each([
    [299, 'R9'],
    [300, 'R9'],
    [301, undefined],
  ])('after a return at %i: the "no" wins a tie', (at, rule) => {
    expect(found(knowing({ ...optedOutAt(100), returns: [back(50), back(at)] }))[0]?.rule).toBe(rule);
    expect(found(knowing({ returns: [back(at)] }))[0]?.rule).toBe(rule);
  });

  test('not the one that is known, whose lift is due', () => {
    const lifted = (at: number) => knowing({ ...optedOutAt(at), returns: [back(at + 1)] });
    expect(found(lifted(300))).toEqual([]);
    expect(found(lifted(298))).toHaveLength(1);
  });

  test('not while an opt-out stands anyway', () => {
    expect(found(knowing(optedOutAt(100)))).toEqual([]);
  });

  test('not what is no opt-out of the company’s own type', () => {
    expect(found(nothingKnown, [status(300, 'Form')])).toEqual([]);
    expect(found(nothingKnown, [status(300, 'Form', 'UNSUBSCRIBED', 511)])).toEqual([]);
  });

  test('not our own closing: that carries the very time which HubSpot answered', () => {
    const write = timed<Written>({ at: 300, from: 200, until: 400 });
    expect(found(knowing({}, written(write)))).toEqual([]);
    expect(found(knowing({}, written({ ...write, at: hubspotTime(301) })))).toHaveLength(1);
  });

  test('a write that is under way may be ours; one whose time is over was nobody’s proof', () => {
    const plan = (until: number) => timed<Written>({ at: 200, from: 200, until, planned: true });
    expect(found(knowing({}, written(plan(1001))))).toEqual([]);
    expect(found(knowing({}, written(plan(1000))))).toHaveLength(1);
  });

  test('a slow closing may be ours though we opened the type since, but not before a lift, which would overwrite an opt-out', () => {
    const closing = timed<Written>({ at: 200, from: 200, until: 1001, planned: true });
    const opening = timed<Written>({ at: 250, from: 250, until: 260 });
    const more = { written: { 'subscription:501': { closed: [closing], open: [opening] } } };
    const lifted = { ...optedOutAt(100), returns: [back(150)], liftedOptOut: 100 };
    expect(found(knowing(lifted, more))).toEqual([]);
    const { liftedOptOut: _, ...due } = lifted;
    expect(found(knowing(due, more))).toHaveLength(1);
  });

  test('"unsubscribed from all" is one of every company, with no source of its own', () => {
    const everywhere = { address: 'a', everywhere: true };
    const changes = (company: string) => [
      { type: 'company-opt-out', companies: [company], at: 500, source: { channel: 'audit' }, ...everywhere },
    ];
    expect(found(nothingKnown, [], 500).map((one) => one.changes)).toStrictEqual([
      changes('museum'),
      changes('theatre'),
    ]);
    expect(found(knowing({ returns: [back(501)] }), [], 500).map((one) => one.changes)).toStrictEqual([
      changes('theatre'),
    ]);
  });
});

describe('R2: a "no" to a brand of which no webhook told, and that a lift would undo', () => {
  const registry = testRegistry();
  const control = 'subscription:511';
  const out = (at: number | undefined, type = 511) => status(at, 'Link', 'UNSUBSCRIBED', type);
  const due = { ...optedOutAt(100), closedSince: 100, returns: [back(500)] };
  const found = (state: ContactState, ...statuses: ShownStatus[]) =>
    unheardOwnNos(state, showing(...statuses), registry).flatMap(({ changes }) => changes);

  test('is the person’s own, at the time of the status', () => {
    expect(unheardOwnNos(knowing(due), showing(out(501, 611), out(600)), registry)).toEqual([
      {
        rule: 'R2',
        outcome: 'stays-at-its-level',
        reason: 'HubSpot holds a "no" to subscription:511, later than the opt-out, of which no webhook told',
        changes: [{ type: 'own-no', control, at: 600, address: 'a' }],
      },
    ]);
    expect(found(knowing(due), out(600, 512), out(601, 521))).toMatchObject([{ at: 600 }, { at: 601 }]);
  });

  test('only where a lift is due, of a company of the registry', () => {
    expect(found(nothingKnown, out(600))).toEqual([]);
    expect(found(knowing(optedOutAt(100)), out(600))).toEqual([]);
    expect(found(knowing({ ...due, liftedOptOut: 100 }), out(600))).toEqual([]);
  });

  test('only what is closed, later than the opt-out and than what is known', () => {
    expect(found(knowing(due), status(600, 'Form', 'SUBSCRIBED', 511))).toEqual([]);
    expect([100, 101].map((at) => found(knowing(due), out(at)).length)).toEqual([0, 1]);
    const { closedSince: _, ...early } = due;
    expect([undefined, 1].map((at) => found(knowing(early), out(at)).length)).toEqual([0, 1]);
    const known = knowing(due, { ownNo: { [control]: 600 } });
    expect([600, 601].map((at) => found(known, out(at)).length)).toEqual([0, 1]);
  });

  test('not the company’s own type, whose opt-out is more than that', () => {
    expect(found(knowing(due), out(600, 501))).toEqual([]);
  });

  test('not our own closing, give or take the window around our call', () => {
    const ours = (closed: Written) => knowing(due, { written: { [control]: { closed: [closed] } } });
    const write = timed<Written>({ at: 10_000, from: 9000, until: 11_000 });
    expect([13_000, 13_001].map((at) => found(ours(write), out(at)).length)).toEqual([0, 1]);
  });

  test('not what may be our own closing that HubSpot never confirmed, if the status has our mark or names us', () => {
    const planned = timed<Written>({ at: 9000, from: 9000, until: 69_000, planned: true });
    const other = { at: 9000, from: 8000, until: 9100, source: 'Form' };
    const written = { [control]: { closed: [planned] }, 'subscription:501': { closed: [other] } };
    const ours = (at: number, source: string, marked = {}) =>
      found(knowing(due, { written }), { ...status(at, source, 'UNSUBSCRIBED', 511), ...marked }).length;
    expect([ours(71_000, 'Recipient', { marked: true }), ours(71_000, 'Form')]).toEqual([0, 0]);
    expect([ours(71_000, 'Recipient'), ours(71_001, 'Form', { marked: true })]).toEqual([1, 1]);
  });
});

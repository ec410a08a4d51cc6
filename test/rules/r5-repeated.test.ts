import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import type { AppliedEntry, DecisionEntry } from '../../src/rules/entry.ts';
import { countClosings, noteRefusal } from '../../src/rules/r5-repeated.ts';
import { nothingKnown } from '../../src/rules/state.ts';
import type { SignalSource } from '../../src/signals/signal.ts';
import { withId } from '../../src/signals/signal-id.ts';
import { changed, createPerson, MINUTE, submitted } from '../helpers/person.ts';
import { forms, GALLERY, LIBRARY, MUSEUM, testRegistry } from '../helpers/registry.ts';

const registry = testRegistry();
const HOUR = 60 * MINUTE;

async function optedOut() {
  const anna = createPerson(registry, { [GALLERY]: 'SUBSCRIBED' });
  await anna.happens(changed(MUSEUM, 'closed', 1000));
  await anna.converge(2000);
  return {
    anna,
    /** A source opens the gallery's type; the control is closed again where that is asked for at once. */
    async reopenedAt(at: number, source = 'WORKFLOW') {
      anna.actual[GALLERY] = 'SUBSCRIBED';
      const verdict = await anna.happens(changed(GALLERY, 'open', at, source));
      await anna.converge(at + 1000);
      return verdict;
    },
    refusals: async () =>
      (await anna.entries()).flatMap(({ body }) => (body.kind === 'decision' && body.rule === 'R5' ? [body] : [])),
  };
}

describe('a source that opens the same control again and again', () => {
  test('is refused once an hour in the ledger, closed each time, and counted', async () => {
    const { anna, reopenedAt, refusals: told } = await optedOut();
    for (let at = MINUTE; at < 3 * HOUR; at += 10 * MINUTE) {
      const { kind } = await reopenedAt(at);
      expect(kind).toBe(at % HOUR === MINUTE ? 'recorded' : 'ignored');
      expect(anna.actual[GALLERY]).toBe('UNSUBSCRIBED');
    }
    const refusals = await told();
    expect(refusals.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
    expect(refusals[0]?.reason).toMatch(/is closed again$/);
    expect(refusals[1]?.reason).toMatch(/; closed 6 times since 1970-01-01T00:01:00\.000Z$/);
    expect(refusals[2]?.reason).toMatch(/; closed 6 times since 1970-01-01T01:01:00\.000Z$/);
  });

  test('is looked after at once and once more, and from the tenth closing on once a minute', async () => {
    const { reopenedAt } = await optedOut();
    await reopenedAt(MINUTE);
    for (let i = 1; i < 10; i++) {
      const at = MINUTE + i * 5000;
      expect(await reopenedAt(at)).toEqual({
        kind: 'ignored',
        because: 'repeated',
        follow: 'converge',
        lookAt: [at, at + 2 * MINUTE],
      });
    }
    const late = [MINUTE + 50_001, MINUTE + 59_999];
    for (const at of late) expect(await reopenedAt(at)).toMatchObject({ lookAt: [2 * MINUTE, 4 * MINUTE] });
    expect(await reopenedAt(2 * MINUTE)).toMatchObject({ lookAt: [3 * MINUTE, 5 * MINUTE] });
  });

  test('is told apart from another source and from another control', async () => {
    const { anna, reopenedAt } = await optedOut();
    await reopenedAt(MINUTE);
    expect(await reopenedAt(2 * MINUTE, 'IMPORT')).toMatchObject({ kind: 'recorded' });
    const other = await anna.happens(changed(LIBRARY, 'open', 3 * MINUTE, 'WORKFLOW'));
    expect(other).toMatchObject({ kind: 'recorded', decision: { rule: 'R5', outcome: 'refused' } });
  });

  test('is refused by nobody after the owner’s return', async () => {
    const { anna, reopenedAt } = await optedOut();
    await reopenedAt(MINUTE);
    await anna.happens(submitted(forms.ofCompany, 2 * MINUTE));
    await anna.converge(2 * MINUTE + 1);
    expect(await reopenedAt(3 * MINUTE)).toMatchObject({ kind: 'ignored', because: 'already-so' });
    expect(anna.actual[GALLERY]).toBe('SUBSCRIBED');
    // A new opt-out after that: the first opening is told again.
    await anna.happens(changed(MUSEUM, 'closed', 4 * MINUTE));
    await anna.converge(4 * MINUTE + 1);
    expect(await reopenedAt(5 * MINUTE)).toMatchObject({ kind: 'recorded', decision: { outcome: 'refused' } });
  });

  test('is not charged with the closings of another source, nor with its own single one', async () => {
    const { reopenedAt, refusals } = await optedOut();
    await reopenedAt(MINUTE, 'WORKFLOW');
    await reopenedAt(2 * MINUTE, 'WORKFLOW');
    await reopenedAt(3 * MINUTE, 'IMPORT');
    await reopenedAt(2 * HOUR, 'IMPORT');
    for (const { reason } of await refusals()) expect(reason).toMatch(/is closed again$/);
  });

  test.each<[string, SignalSource]>([
    ['another id', { channel: 'webhook', change: 'WORKFLOW', id: '13' }],
    ['another kind of change', { channel: 'webhook', change: 'IMPORT', id: '12' }],
    ['another channel', { channel: 'workflow', change: 'WORKFLOW', id: '12' }],
    ['kind and id that read the same in one word', { channel: 'webhook', change: 'WORKFLOW1', id: '2' }],
  ])('is told apart from a source with %s', async (_, other) => {
    const { anna } = await optedOut();
    const opened = (source: SignalSource, at: number) =>
      anna.happens(withId({ ...changed(GALLERY, 'open', at), source }));
    const first: SignalSource = { channel: 'webhook', change: 'WORKFLOW', id: '12' };
    await opened(first, MINUTE);
    expect(await opened(first, 2 * MINUTE)).toMatchObject({ because: 'repeated' });
    expect(await opened(other, 3 * MINUTE)).toMatchObject({ kind: 'recorded', decision: { outcome: 'refused' } });
  });
});

describe('what is counted of a refusal', () => {
  const refusal = { by: 'webhook WORKFLOW ', since: ourTime(1), closings: 1 };
  const writes = (direction: 'closed' | 'open', control: string): Pick<AppliedEntry, 'written'> => ({
    written: { [control]: { direction, at: hubspotTime(2), from: ourTime(2), until: ourTime(2) } },
  });

  test('are our closings of the control, not its openings, nor what happens to other controls', () => {
    expect(countClosings({ [GALLERY]: refusal }, writes('closed', GALLERY))).toEqual({
      [GALLERY]: { ...refusal, closings: 2 },
    });
    expect(countClosings({ [GALLERY]: refusal }, writes('open', GALLERY))).toEqual({ [GALLERY]: refusal });
    expect(countClosings({ [GALLERY]: refusal }, writes('closed', LIBRARY))).toEqual({ [GALLERY]: refusal });
  });

  const source: SignalSource = { channel: 'webhook' };
  const signal = { id: 's', kind: 'control', control: GALLERY, to: 'open' };
  test.each<[string, Partial<DecisionEntry>]>([
    ['whose source no entry tells', { outcome: 'refused', signal }],
    ['of which no signal told', { outcome: 'refused', source }],
    ['of no control', { outcome: 'refused', source, signal: { id: 's', kind: 'form' } }],
    ['that is no refusal', { outcome: 'noted', source, signal }],
  ])('is nothing of a decision %s', (_, entry) => {
    expect(noteRefusal(nothingKnown, entry as DecisionEntry, ourTime(1))).toEqual(nothingKnown);
  });
});

import { describe, expect, test } from 'vitest';
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
});

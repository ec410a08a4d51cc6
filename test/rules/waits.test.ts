import { describe, expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import type { Change } from '../../src/rules/decision.ts';
import { waitBegunBy, wakes } from '../../src/rules/waits.ts';
import { GALLERY, LIBRARY } from '../helpers/registry.ts';
import { back, knowing, optedOutAt, timed, webhook } from '../helpers/state.ts';

const awaiting = (until: number) =>
  timed<Change>({ type: 'awaiting', company: 'museum', awaiting: { ...back(200), until } });
const grace = (until: number) =>
  timed<Change>({ type: 'grace', company: 'museum', control: GALLERY, at: 200, until, source: webhook });
const noWait: Change = { type: 'gone', gone: true };

describe('the changes of a decision begin a wait', () => {
  test.each<[string, Change[], number | undefined]>([
    ['until a submission’s confirmation is due', [awaiting(900)], 900],
    ['until a grace ends', [grace(700)], 700],
    ['that ends first, of several', [awaiting(900), grace(700), awaiting(800)], 700],
    ['that ends first, in whatever order they are', [grace(700), awaiting(800), awaiting(900)], 700],
    ['beside what waits for nothing', [noWait, awaiting(900)], 900],
    ['or none', [noWait], undefined],
    ['nor do no changes', [], undefined],
  ])('%s', (_, changes, end) => {
    expect(waitBegunBy(changes)).toBe(end);
  });
});

test('every moment to look again is named once, earliest first', () => {
  const one = (until: number) => ({ at: 200, until, source: webhook });
  const state = knowing(
    {
      ...optedOutAt(100),
      grace: { [GALLERY]: one(700), [LIBRARY]: one(600) },
      awaiting: [900, 700, 650].map((until) => ({ ...back(200), until })),
    },
    { lookAgainAt: 800 },
  );
  expect(wakes(state, ourTime(500))).toEqual([600, 650, 700, 800, 900]);
});

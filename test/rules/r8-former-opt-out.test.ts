import { describe, expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { foresee } from '../../src/rules/next-step.ts';
import { formerOptOuts } from '../../src/rules/r8-former-opt-out.ts';
import type { Sight } from '../../src/rules/sight.ts';
import { decided, museumOptOut } from '../helpers/entries.ts';
import { testRegistry } from '../helpers/registry.ts';
import { back, type InMs, timed } from '../helpers/state.ts';

/** R8: the record held the address A until 1000, and then B. HubSpot shows what A's statuses say. All times in ms. */
const registry = testRegistry();
const NOW = ourTime(5000);
type Status = { subscriptionId: number; status: string; source: string; at?: number };
const closed = (at: number, subscriptionId = 501): Status => ({
  subscriptionId,
  status: 'UNSUBSCRIBED',
  source: 'Import',
  at,
});
const HELD = [
  { hash: 'A', from: 1 },
  { hash: 'B', from: 1000 },
];
const showing = (statuses: Status[], more: Partial<InMs<Sight>> = {}): Sight =>
  timed<Sight>({
    exists: true,
    address: { hash: 'B', statuses: [] },
    others: [],
    held: HELD,
    former: [{ hash: 'A', statuses }],
    actual: {},
    ...more,
  } as InMs<Sight>);
const dossier = (...entries: LedgerEntry[]) => ({ contact: '1', entries, state: replay(entries, registry) });
const found = (sight: Sight, ...entries: LedgerEntry[]) =>
  formerOptOuts(dossier(...entries), sight, registry, NOW).flatMap(({ changes }) => changes);

const optOut = (at: number) => decided({ at, about: 'A' }, [museumOptOut(at, { address: 'A' })]);
const returned = (at: number) =>
  decided({ at: at + 1 }, [{ type: 'return', company: 'museum', return: back(at, { by: 'A' }) }]);

describe('an opt-out that HubSpot shows at a former address, of which nobody has told', () => {
  test('was said with that address', () => {
    expect(found(showing([closed(500)]))).toEqual([
      {
        type: 'company-opt-out',
        companies: ['museum'],
        at: 500,
        source: { channel: 'audit', change: 'Import' },
        address: 'A',
      },
    ]);
  });

  test.each<[string, Sight]>([
    ['said after the record had left the address: it is the next holder’s', showing([closed(1001)])],
    ['that is none', showing([{ ...closed(500), status: 'SUBSCRIBED' }])],
    ['of a brand only', showing([closed(500, 511)])],
    ['without a time', showing([{ subscriptionId: 501, status: 'UNSUBSCRIBED', source: '' }])],
    ['of an address of which nobody knows until when the record held it', showing([closed(500)], { held: [] })],
    ['by a history that does not end with the address of now', showing([closed(500)], { held: [...HELD].reverse() })],
  ])('none %s', (_, sight) => {
    expect(found(sight)).toEqual([]);
  });

  test('said in the very moment of the change counts (R9)', () => {
    expect(found(showing([closed(1000)]))).toHaveLength(1);
  });

  test('is no news where the ledger knows it, and where the owner came back by that address since', () => {
    expect(found(showing([closed(500)]), optOut(500))).toEqual([]);
    expect(found(showing([closed(500)]), optOut(400), returned(600))).toEqual([]);
    expect(found(showing([closed(700)]), optOut(400), returned(600))).toMatchObject([{ at: 700 }]);
  });

  test('is foreseen, and closes the record’s present address too', () => {
    const step = foresee({ ...dossier(), others: [] }, showing([closed(500)]), registry, NOW);
    expect(step).toMatchObject({ do: 'write' });
    const writes = step.do === 'write' ? [...step.desired.values()].map(({ to }) => to) : [];
    expect(new Set(writes)).toEqual(new Set(['closed']));
  });
});

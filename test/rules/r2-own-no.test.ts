import { describe, expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import { decide } from '../../src/rules/decide.ts';
import { unheardOwnNos } from '../../src/rules/r2-own-no.ts';
import type { SeenAddress, Sight } from '../../src/rules/sight.ts';
import { nothingKnown } from '../../src/rules/state.ts';
import { changed } from '../helpers/person.ts';
import { GALLERY, TICKETS, testRegistry } from '../helpers/registry.ts';
import { back, knowing, optedOutAt, timed } from '../helpers/state.ts';

const registry = testRegistry();

test('the closing of a control that the registry does not know is no "no" to anything of ours', () => {
  const signal = changed(TICKETS, 'closed', 100);
  expect(decide(nothingKnown, signal, { registry, now: ourTime(100), address: 'unknown' })).toEqual({
    kind: 'ignored',
    because: 'already-so',
    follow: 'nothing',
  });
});

describe('before a lift, a "no" of which no webhook told', () => {
  const returned = knowing({ ...optedOutAt(100), returns: [back(300)], closedSince: 100 });
  const unheard = (address?: SeenAddress) =>
    unheardOwnNos(
      returned,
      { exists: true, others: [], actual: {}, ...(address && { address }) } satisfies Sight,
      registry,
    );
  const statuses = (at: number) =>
    timed<SeenAddress['statuses']>([{ subscriptionId: 511, status: 'UNSUBSCRIBED', source: 'Recipient', at }]);

  test('counts for the address that shows the "no"', () => {
    expect(unheard({ hash: 'a', statuses: statuses(200) ?? [] })).toEqual([
      {
        rule: 'R2',
        outcome: 'stays-at-its-level',
        reason: `HubSpot holds a "no" to ${GALLERY}, later than the opt-out, of which no webhook told`,
        changes: [{ type: 'own-no', control: GALLERY, at: 200, address: 'a' }],
      },
    ]);
  });

  test('is none where the status carries our mark, though this ledger never wrote the type: another record’s fan-out did', () => {
    const marked = (statuses(200) ?? []).map((one) => ({ ...one, marked: true as const }));
    expect(unheard({ hash: 'a', statuses: marked })).toEqual([]);
  });

  test('beside a closing of ours that HubSpot never confirmed: only our mark says that the closing was ours', () => {
    const plan = { at: 200, from: 200, until: 60_200, planned: true as const };
    const state = knowing(
      { ...optedOutAt(100), returns: [back(300)], closedSince: 100 },
      { written: { [GALLERY]: { closed: [plan] } } },
    );
    const found = (shown: SeenAddress['statuses']) =>
      unheardOwnNos(
        state,
        { exists: true, others: [], actual: {}, address: { hash: 'a', statuses: shown ?? [] } },
        registry,
      );
    expect(found(statuses(250))).toMatchObject([{ changes: [{ control: GALLERY, at: 250 }] }]);
    expect(found(statuses(250)?.map((one) => ({ ...one, marked: true })))).toEqual([]);
  });

  test('is none that the company’s closing explains, nor where HubSpot shows no statuses or no address', () => {
    expect(unheard({ hash: 'a', statuses: statuses(100) ?? [] })).toEqual([]);
    expect(unheard({ hash: 'a', unread: true })).toEqual([]);
    expect(unheard()).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { condense, withoutRepeats } from '../../src/rules/condense.ts';
import type { AppliedEntry, DecisionEntry, LedgerEntry, PlannedEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { changed, createPerson, MINUTE } from '../helpers/person.ts';
import { GALLERY, LIBRARY, MUSEUM, testRegistry } from '../helpers/registry.ts';
import { webhook } from '../helpers/state.ts';

const registry = testRegistry();
const HOUR = 60 * MINUTE;

type Draft = Pick<LedgerEntry, 'body'> & Partial<LedgerEntry>;

/** Entries that follow one another; each recorded a second after the one before, where it says nothing else. */
function ledger(...drafts: readonly Draft[]): LedgerEntry[] {
  const common = { v: 1 as const, portal: 1, contact: '101', previous: '', hash: '' };
  return drafts.map((draft, i) => ({ ...common, seq: i + 1, recordedAt: ourTime((i + 1) * 1000), ...draft }));
}

const times = (n: number, make: (n: number) => Draft[]): Draft[] => Array.from({ length: n }, (_, i) => make(i)).flat();

function decision(more: Partial<DecisionEntry> = {}): Draft {
  const body: DecisionEntry = {
    kind: 'decision',
    rule: 'R1',
    outcome: 'opted-out',
    reason: '',
    source: webhook,
    occurredAt: hubspotTime(0),
    changes: [],
    converge: true,
    ...more,
  };
  return { body };
}

const optOut = decision({
  changes: [{ type: 'company-opt-out', companies: ['museum'], at: hubspotTime(1), source: webhook }],
});

const refused = (control = GALLERY, more: Partial<DecisionEntry> = {}): Draft =>
  decision({ rule: 'R5', outcome: 'refused', signal: { id: 's', kind: 'control', control, to: 'open' }, ...more });

/** A control that was open is closed again. */
function closing(control = GALLERY, told: Partial<AppliedEntry> = {}, plan: Partial<PlannedEntry> = {}): Draft[] {
  const [before, after] = [{ [control]: 'SUBSCRIBED' }, { [control]: 'UNSUBSCRIBED' }];
  const [at, from] = [hubspotTime(1e9), ourTime(1e9)];
  const written = { [control]: { direction: 'closed' as const, at, from, until: from } };
  return [
    { addressHash: 'a', body: { kind: 'planned', before, intended: after, ...plan } },
    { addressHash: 'a', body: { kind: 'applied', before, after, written, lifted: {}, ...told } },
  ];
}

const looked: Draft = {
  addressHash: 'a',
  body: { kind: 'applied', before: {}, after: {}, written: {}, lifted: {} },
};

const seqs = (entries: readonly LedgerEntry[]) => entries.map(({ seq }) => seq);

test('a year of somebody who reopens a control for ever is left as a handful of entries', async () => {
  const anna = createPerson(registry, { [GALLERY]: 'SUBSCRIBED' });
  await anna.happens(changed(MUSEUM, 'closed', 1000));
  await anna.converge(2000);
  for (let at = MINUTE; at < 200 * HOUR; at += 20 * MINUTE) {
    anna.actual[GALLERY] = 'SUBSCRIBED';
    await anna.happens(changed(GALLERY, 'open', at, 'WORKFLOW'));
    await anna.converge(at + 1000);
  }
  const entries = await anna.entries();
  expect(entries.length).toBeGreaterThan(1300);
  const kept = condense(entries, registry);
  expect(kept.length).toBeLessThan(40);
  expect(kept.at(-1)).toBe(entries.at(-1));
  expect(entries).toEqual(expect.arrayContaining(kept));
});

test('a ledger without repeats stays as it is', () => {
  const entries = ledger(optOut, ...closing(), refused(), ...closing(), looked);
  expect(condense(entries, registry)).toEqual(entries);
});

describe('of closings', () => {
  test('the first and the newest ten stay, each with its plan', () => {
    const kept = withoutRepeats(ledger(...times(30, () => closing())));
    expect(seqs(kept)).toEqual([1, 2, ...Array.from({ length: 20 }, (_, i) => 41 + i)]);
  });

  test('the newest ten of each control stay', () => {
    const kept = withoutRepeats(ledger(...times(12, () => closing(LIBRARY)), ...times(12, () => closing())));
    expect(kept).toHaveLength(2 * (1 + 10 + 1 + 10));
  });

  test('all stay since the control was refused', () => {
    const entries = ledger(refused(), ...times(15, () => closing()), refused(), ...times(15, () => closing()));
    const kept = seqs(withoutRepeats(entries));
    expect(kept.filter((seq) => seq > 31)).toHaveLength(31);
    expect(kept).toHaveLength(34);
  });

  test('all stay since the control was refused before something else happened', () => {
    const entries = ledger(refused(), optOut, ...times(15, () => closing()));
    expect(withoutRepeats(entries)).toEqual(entries);
  });

  test('those of other controls are not counted', () => {
    expect(withoutRepeats(ledger(refused(LIBRARY), optOut, ...times(15, () => closing())))).toHaveLength(24);
  });
});

describe('what is no repeat stays, each time', () => {
  const many = (...drafts: readonly Draft[]) => ledger(...times(20, () => [...drafts]));
  const [plan, done] = closing() as [Draft, Draft];
  test.each<[what: string, entries: LedgerEntry[]]>([
    ['a closing that is not finished', many(...closing(GALLERY, { unfinished: true }))],
    ['a closing with something refused', many(...closing(GALLERY, { refused: { [LIBRARY]: 'no' } }))],
    ['a closing with something left as it is', many(...closing(GALLERY, { leftAsIs: { [LIBRARY]: 'no' } }))],
    ['a lift', many(...closing(GALLERY, { lifted: { museum: hubspotTime(1) } }))],
    ['a closing that somebody else had made', many(...closing(GALLERY, { written: {} }))],
    [
      'an opening',
      many(
        ...closing(GALLERY, {
          written: { [GALLERY]: { direction: 'open', at: hubspotTime(1), from: ourTime(1e9), until: ourTime(1e9) } },
        }),
      ),
    ],
    [
      'a closing that carried out only a part',
      many(...closing(GALLERY, {}, { intended: { [GALLERY]: '', [LIBRARY]: '' } })),
    ],
    ['a closing of another plan', many(...closing(GALLERY, {}, { intended: { [LIBRARY]: 'UNSUBSCRIBED' } }))],
    ['a plan that wanted nothing', many(...closing(GALLERY, { written: {}, after: {} }, { intended: {} }).slice(0, 1))],
    ['a plan of which nobody told more', many(plan)],
    ['a closing without a plan', many(done)],
    [
      'a closing that was called before its plan',
      many({ ...plan, recordedAt: ourTime(2e9) }, { ...done, recordedAt: ourTime(2e9) }),
    ],
    ['a plan for another address', many({ ...plan, addressHash: 'b' }, done)],
    ['a plan that is not right before', many(plan, { ...done, seq: 1000 })],
    [
      'a refusal with a change',
      many(refused(GALLERY, { changes: [{ type: 'grace-expired', company: 'museum', control: GALLERY }] })),
    ],
    ['a refusal that asks for nothing', many(refused(GALLERY, { converge: false }))],
    [
      'a refusal of nobody',
      ledger(
        ...times(20, () => {
          const { source: _, ...body } = refused().body as DecisionEntry;
          return [{ body }];
        }),
        looked,
      ),
    ],
    ['a refusal about an address', many({ ...refused(), addressHash: 'a' }, looked)],
    ['a refusal of no control', many(refused(GALLERY, { signal: { id: 's', kind: 'control', to: 'open' } }), looked)],
    ['a decision by another rule', many(refused(GALLERY, { rule: 'R9' }), looked)],
    [
      'a closing that was decided',
      many(refused(GALLERY, { signal: { id: 's', kind: 'control', control: GALLERY, to: 'closed' } }), looked),
    ],
    [
      'a submission that was noted',
      many(decision({ rule: 'R4', outcome: 'noted', signal: { id: 's', kind: 'form', form: 'f' } })),
    ],
    ['an opt-out', many(optOut)],
  ])('%s', (_, entries) => {
    expect(withoutRepeats(entries)).toEqual(entries);
  });

  test('what was recorded out of the order of time begins anew', () => {
    const closings = times(30, (n) => closing().map((one) => ({ ...one, recordedAt: ourTime(1e6 - n) })));
    expect(withoutRepeats(ledger(...closings))).toHaveLength(60);
  });

  test('closings about one address say nothing of another', () => {
    const about = (addressHash: string) => closing().map((one) => ({ ...one, addressHash }));
    expect(withoutRepeats(ledger(...times(15, () => [...about('a'), ...about('b')])))).toHaveLength(60);
  });
});

describe('of refusals', () => {
  test('the newest of each control stays, and the first', () => {
    const entries = ledger(...times(9, () => [refused(), refused(LIBRARY)]), looked);
    expect(seqs(withoutRepeats(entries))).toEqual([1, 2, 3, 17, 18, 19]);
  });

  test('the newest that was refused stays beside the newest that was only noted', () => {
    const entries = ledger(...times(9, () => [refused()]), refused(GALLERY, { outcome: 'noted' }), looked);
    expect(seqs(withoutRepeats(entries))).toEqual([1, 9, 10, 11]);
  });

  test('those that nothing followed yet all stay: they are counted as late', () => {
    const entries = ledger(looked, ...times(9, () => [refused()]));
    expect(withoutRepeats(entries)).toEqual(entries);
  });
});

describe('of looks that found everything as it must be', () => {
  test('the first since the newest refusal stays, and the last', () => {
    const entries = ledger(looked, refused(), ...times(9, () => [looked]));
    expect(seqs(withoutRepeats(entries))).toEqual([1, 2, 3, 11]);
  });

  test('the first since a later refusal stays, since an address that was taken over in between is known by it', () => {
    const entries = ledger(looked, refused(), looked, refused(), ...times(9, () => [looked]));
    const kept = withoutRepeats(entries);
    expect(seqs(kept)).toEqual([1, 2, 3, 4, 5, 13]);
    const addresses = [
      { hash: 'a', from: hubspotTime(0) },
      { hash: 'b', from: hubspotTime(8000) },
    ];
    const [held] = ledger(
      decision({ rule: 'R8', outcome: 'noted', converge: false, changes: [{ type: 'held', addresses }] }),
    );
    const asked = [kept, entries].map((read) => replay([...read, held as LedgerEntry], registry, { address: 'b' }));
    expect(asked.map(({ unconverged }) => unconverged)).toEqual([false, false]);
  });

  test('what is found in another place stays once, and what was known before stays once more', () => {
    const elsewhere: Draft = {
      addressHash: 'a',
      body: {
        ...looked.body,
        before: { [GALLERY]: 'x' },
        after: { [GALLERY]: 'x' },
        placed: { [GALLERY]: 'theatre' },
      } as AppliedEntry,
    };
    const entries = ledger(
      ...times(4, () => [looked]),
      elsewhere,
      ...times(4, () => [looked]),
      elsewhere,
      ...times(4, () => [looked]),
    );
    expect(seqs(withoutRepeats(entries))).toEqual([1, 5, 6, 14]);
  });

  test('the first with each address stays, since HubSpot is asked for each', () => {
    const as = (address: string): Draft => ({ ...looked, personal: { salt: '', address } });
    const entries = ledger(...times(5, () => [as('A@x.at')]), ...times(5, () => [as('a@x.at')]), as('A@x.at'));
    expect(seqs(withoutRepeats(entries))).toEqual([1, 6, 11]);
  });
});

import { hubspotTime, ourTime } from '../src/clocks.ts';
import { loadRegistry } from '../src/registry/load.ts';
import { arrangeRegistry, type Registry } from '../src/registry/registry.ts';
import type { EntryBody, LedgerEntry } from '../src/rules/entry.ts';
import { replay } from '../src/rules/evolve.ts';
import { interleaved, type Turns } from './interleaved.ts';
import type { Row } from './rows.ts';

const ENTRIES = 20_000;

/** Somebody keeps reopening a type of a contact who opted out: refused, planned and closed again, time after time. */
function ledgerOf(registry: Registry): LedgerEntry[] {
  const source = { channel: 'webhook', change: 'IMPORT' } as const;
  const bodies = (n: number): EntryBody[] => {
    const at = hubspotTime(Date.UTC(2026, 0, 1) + n * 10_000);
    const decided = { kind: 'decision', occurredAt: at, reason: 'as measured', source, converge: true } as const;
    const control = 'subscription:511';
    return [
      n === 0
        ? {
            ...decided,
            rule: 'R1',
            outcome: 'opted-out',
            changes: [{ type: 'company-opt-out', companies: ['kunstmeile-krems'], at, source }],
          }
        : { ...decided, rule: 'R5', outcome: 'refused', changes: [] },
      { kind: 'planned', before: { [control]: 'SUBSCRIBED' }, intended: { [control]: 'closed' } },
      {
        kind: 'applied',
        before: { [control]: 'SUBSCRIBED' },
        after: { [control]: 'UNSUBSCRIBED' },
        written: { [control]: { direction: 'closed', at } },
        lifted: {},
      },
    ] as EntryBody[];
  };
  return Array.from({ length: Math.ceil(ENTRIES / 3) }, (_, n) => bodies(n))
    .flat()
    .slice(0, ENTRIES)
    .map((body, i) => ({
      v: 1,
      portal: registry.portal,
      contact: '101',
      seq: i + 1,
      recordedAt: ourTime(Date.UTC(2026, 0, 1) + i * 3000),
      previous: '0'.repeat(64),
      hash: '0'.repeat(64),
      body,
    }));
}

/** Folding a long ledger of one contact, held against parsing the same entries once. */
export async function foldRow(turns: Turns): Promise<Row> {
  const registry = arrangeRegistry(loadRegistry('registry/noeku.example.yaml'));
  const entries = ledgerOf(registry);
  const state = replay(entries, registry);
  if (!state.companies['kunstmeile-krems']?.optOut) throw new Error('fold: the opt-out is lost');
  const text = JSON.stringify(entries);
  const { fold, floor } = await interleaved(
    { floor: () => JSON.parse(text) as unknown, fold: () => replay(entries, registry) },
    turns,
  );
  return {
    what: `fold of ${ENTRIES.toLocaleString('en')} entries of one contact`,
    floor: 'JSON.parse of the same entries',
    ms: fold.ms,
    floorMs: floor.ms,
    ratio: fold.ratio,
    goalMs: 200,
  };
}

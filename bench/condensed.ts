import { hubspotTime, ourTime } from '../src/clocks.ts';
import { loadRegistry } from '../src/registry/load.ts';
import { arrangeRegistry, type Registry } from '../src/registry/registry.ts';
import { condense } from '../src/rules/condense.ts';
import type { EntryBody, LedgerEntry } from '../src/rules/entry.ts';
import type { Finding } from './rows.ts';

const ENTRIES = 100_000;
/** What a snapshot keeps stands in a page: then reading a long ledger costs little more than reading a short one. */
const GOAL = 500;

/** A workflow opens a type every minute of a contact who opted out: refused once an hour, closed again each time. */
function ledgerOf({ portal }: Registry): LedgerEntry[] {
  const source = { channel: 'webhook', change: 'WORKFLOW' } as const;
  const control = 'subscription:511';
  const [before, after] = [{ [control]: 'SUBSCRIBED' }, { [control]: 'UNSUBSCRIBED' }];
  const bodies = (minute: number): EntryBody[] => {
    const at = Date.UTC(2026, 0, 1) + minute * 60_000;
    const moment = { at: hubspotTime(at), from: ourTime(at), until: ourTime(at) };
    const signal = { id: String(minute), kind: 'control', control, to: 'open' };
    const decided = { kind: 'decision', occurredAt: moment.at, reason: 'as measured', source, converge: true } as const;
    const refused: EntryBody = { ...decided, rule: 'R5', outcome: 'refused', signal, changes: [] };
    const closed: EntryBody[] = [
      { kind: 'planned', before, intended: after },
      { kind: 'applied', before, after, written: { [control]: { direction: 'closed', ...moment } }, lifted: {} },
    ];
    return minute % 60 === 0 ? [refused, ...closed] : closed;
  };
  const optOut: EntryBody = {
    kind: 'decision',
    rule: 'R1',
    outcome: 'opted-out',
    reason: 'as measured',
    source,
    occurredAt: hubspotTime(0),
    changes: [{ type: 'company-opt-out', companies: ['kunstmeile-krems'], at: hubspotTime(0), source }],
    converge: true,
  };
  const told = Array.from({ length: ENTRIES / 2 }, (_, minute) => bodies(minute)).flat();
  return [optOut, ...told].slice(0, ENTRIES).map((body, i) => ({
    v: 1,
    portal,
    contact: '101',
    seq: i + 1,
    // After the plan of each call, and never later than the call itself.
    recordedAt: ourTime(0),
    previous: '0'.repeat(64),
    hash: '0'.repeat(64),
    ...(body.kind !== 'decision' && { addressHash: 'hash' }),
    body,
  }));
}

/** How many entries of a long ledger have to be read, and how long it takes to find out which. */
export function condensedFinding(): Finding {
  const registry = arrangeRegistry(loadRegistry('registry/noeku.example.yaml'));
  const entries = ledgerOf(registry);
  const began = performance.now();
  const kept = condense(entries, registry).length;
  const ms = Math.round(performance.now() - began);
  return {
    what: `entries that a snapshot keeps of ${ENTRIES.toLocaleString('en')} of one contact`,
    measured: `${kept}; found in ${ms} ms, once for each snapshot`,
    goal: `≤ ${GOAL}`,
    isMet: kept <= GOAL,
  };
}

import { PORTAL_WIDE, type Registry } from '../registry/registry.ts';
import type { Change } from './decision.ts';
import type { DecisionEntry, LedgerEntry } from './entry.ts';

/**
 * Reads an entry by the registry of today, which may not be the one by which the entry was written: "unsubscribed from all" is a "no" to
 * companies that were added later, too, and a company that got another key is known by its type or by its form.
 */
export function inRegistry(entry: LedgerEntry, registry: Registry): LedgerEntry {
  const { body } = entry;
  if (body.kind !== 'decision') return entry;
  const changes = body.changes.map((change) => changeInRegistry(change, body, registry));
  return changes.every((change, i) => change === body.changes[i]) ? entry : { ...entry, body: { ...body, changes } };
}

function changeInRegistry(change: Change, { signal }: DecisionEntry, registry: Registry): Change {
  const isKnown = (company: string) => registry.companies.has(company);
  if (change.type === 'company-opt-out') {
    if (change.everywhere || signal?.control === PORTAL_WIDE) {
      return { ...change, companies: [...new Set([...change.companies, ...registry.companies.keys()])] };
    }
    const renamed = registry.controls.get(signal?.control ?? '');
    if (renamed === undefined || change.companies.every(isKnown)) return change;
    return { ...change, companies: change.companies.map((key) => (isKnown(key) ? key : renamed.company)) };
  }
  if ((change.type !== 'return' && change.type !== 'awaiting') || isKnown(change.company)) return change;
  const form = registry.forms.get(change.type === 'return' ? change.return.form : change.awaiting.form);
  return form === undefined ? change : { ...change, company: form.company };
}

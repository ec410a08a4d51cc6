import { millis } from '../../../src/clocks.ts';
import type { LedgerEntry } from '../../../src/rules/entry.ts';
import { replay } from '../../../src/rules/evolve.ts';
import { inRegistry } from '../../../src/rules/in-registry.ts';
import type { ContactState } from '../../../src/rules/state.ts';
import { registry } from '../registry.ts';
import type { Watch } from '../watch/watch.ts';
import type { SimulatedTable } from '../world/table.ts';
import { asNewerReads } from '../world/versions.ts';
import type { World } from '../world/world.ts';

/** The entries of a contact's ledger. */
export function entriesOf(contact: string, table: SimulatedTable): LedgerEntry[] {
  return [...inRegistry(table.entries(`${registry.portal}#${contact}`).map(asNewerReads), registry)];
}

/** What was answered 2xx is in the ledger: of the contact, or of what it became part of. */
export function checkHeardIsRecorded({ truth, table }: World, { violated, mayBeEcho }: Watch, id: string): void {
  for (const { company, at, key } of truth.person(id).outs) {
    if (!truth.heard.has(key)) continue;
    const own = registry.companies.get(company)?.own.key;
    if ([...truth.person(id).addresses].some((address) => mayBeEcho(`${address} ${own}`, at))) continue;
    if (newestRecorded(id, company, { at, table }) >= at) continue;
    const moment = new Date(at).toISOString();
    violated('2xx is in the ledger', `contact ${id}: the opt-out of ${company} at ${moment} is not recorded`);
  }
}

/** Whether the ledger of a contact, or of what it became part of, holds an opt-out of a company at a moment (ms) or later. */
export function isRecorded(id: string, company: string, at: number, table: SimulatedTable): boolean {
  return newestRecorded(id, company, { at, table }) >= at;
}

/** The newest opt-out (ms) that the ledger holds of a contact; where that is older than `at`, of those it was merged into. */
function newestRecorded(id: string, company: string, { at, table }: { at: number; table: SimulatedTable }): number {
  let holder: string | undefined = id;
  let newest = -1;
  while (newest < at && holder !== undefined) {
    const state: ContactState = replay(entriesOf(holder, table), registry);
    const recorded = state.companies[company]?.optOut?.at;
    newest = recorded === undefined ? -1 : millis(recorded);
    holder = state.mergedInto;
  }
  return newest;
}

import { millis } from '../../src/clocks.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { isRecorded } from './checks/recorded.ts';
import type { World } from './world/world.ts';

/** Longer than any invocation takes: then nobody writes on what was read before, ms. */
const ALL_HAS_ENDED_MS = 16 * 60_000;

/**
 * The drill of docs/restore.md: the workers stop, the ledger goes back to a moment `agoMs` before, the returns of the lost time are told
 * again, the workers go on. HubSpot is not restored. What the ledger lost counts as never heard of: the audit has to find it.
 */
export async function restoreLedger(agoMs: number, world: World): Promise<void> {
  const { scheduler, table, truth, say, strikes } = world;
  const until = scheduler.now - agoMs;
  world.endStorm();
  world.stopWorkers();
  await scheduler.run(scheduler.now + ALL_HAS_ENDED_MS);
  const lost = table.restoreTo(until);
  say(`-- the ledger goes back to ${new Date(until).toISOString()}: ${lost.length} entries are lost`);
  strikes('ledger restored');
  truth.forget(until, (contact, company, at) => isRecorded(contact, company, at, table));
  for (const entry of lost) tellReturnsAgain(entry, world);
  world.startWorkers();
}

/** Enrols a contact once more in the workflow of the form by which it came back; the workflow sends the time of that submission. */
function tellReturnsAgain({ contact: contactId, body }: LedgerEntry, { twin }: World): void {
  if (body.kind !== 'decision') return;
  const contact = twin.portal.contact(contactId);
  if (contact === undefined) return;
  for (const change of body.changes) {
    if (change.type !== 'return') continue;
    const { form: formId, at } = change.return;
    const email = twin.portal.emailOf(contact);
    twin.sender.workflow({ event: 'form-submission', formId, contactId, email, submittedAt: millis(at) });
  }
}

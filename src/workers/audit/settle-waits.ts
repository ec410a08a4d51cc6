import { asHubSpotTime, shifted } from '../../clocks.ts';
import { endedWaits } from '../../rules/waits.ts';
import { readDossier } from '../dossier.ts';
import type { AuditDeps } from './deps.ts';

/** How long before an audit a wait may have ended, ms: two nights may fail. What ended earlier, the sweep finds at the contact. */
const LOOK_BACK_MS = 3 * 24 * 3600_000;
/** Ledgers that are read together. */
const TOGETHER = 50;

type Deps = Pick<AuditDeps, 'ledger' | 'registry' | 'request' | 'now'>;

/**
 * Asks for convergence of the contacts of which a wait has ended that no message waited for: a submission that was never confirmed
 * (R7). Reads the index of waits and the ledgers that it names, no others. Returns how many contacts those are. May be repeated.
 */
export async function settleWaits(deps: Deps): Promise<number> {
  const now = deps.now();
  const named = new Set<string>();
  const span = { from: shifted(now, -LOOK_BACK_MS), until: now };
  for await (const { contact } of deps.ledger.waitsEndedIn(deps.registry.portal, span)) named.add(contact);
  const contacts = [...named];
  let settled = 0;
  for (let i = 0; i < contacts.length; i += TOGETHER) {
    settled += await settle(contacts.slice(i, i + TOGETHER), deps);
  }
  return settled;
}

async function settle(contacts: readonly string[], deps: Deps): Promise<number> {
  const { registry, now } = deps;
  const dossiers = await Promise.all(contacts.map((contact) => readDossier(contact, deps)));
  const ended = dossiers.filter(({ state }) => endedWaits(state, registry, now()).length > 0);
  const occurredAt = asHubSpotTime(now());
  const { portal } = registry;
  await deps.request(ended.map(({ contact }) => ({ v: 1 as const, portal, contact, occurredAt, crowd: 'audit' })));
  return ended.length;
}

import { normaliseAddress } from '../../address.ts';
import { readContacts } from '../../hubspot/contacts.ts';
import type { Status } from '../../hubspot/statuses.ts';
import { PORTAL_WIDE } from '../../registry/registry.ts';
import type { Finding } from '../../rules/drift.ts';
import { echoOf } from '../../rules/own-write.ts';
import type { ContactState } from '../../rules/state.ts';
import type { Signal } from '../../signals/signal.ts';
import { withId } from '../../signals/signal-id.ts';
import type { AuditDeps } from './audit.ts';

/**
 * Signals for opt-outs that no webhook told, at the time that HubSpot gives for the status. Where it gives
 * none, the moment it was found counts: the "no" wins over anything older. Findings are as old as the page of contacts:
 * what we opened since is no opt-out, and what anybody else opened was closed before.
 */
export async function unheardSignals(
  findings: readonly Finding[],
  portalWideAt: ReadonlyMap<string, number>,
  stateOf: (contact: string) => ContactState,
  { registry, hubspot, now }: Pick<AuditDeps, 'registry' | 'hubspot' | 'now'>,
): Promise<Signal[]> {
  const ids = [...new Set(findings.map(({ contact }) => contact))];
  const contacts = await readContacts(hubspot.send, ids, []);
  const addressOf = (contact: string) => normaliseAddress(contacts.get(contact)?.email);
  const addresses = ids.flatMap((id) => addressOf(id) ?? []);
  const statuses =
    addresses.length === 0 ? new Map<string, Status[]>() : await hubspot.statuses.read([...new Set(addresses)]);

  return findings.flatMap(({ contact, control }) => {
    const placed = control === PORTAL_WIDE ? undefined : registry.controls.get(control)?.control;
    const held = statuses
      .get(addressOf(contact) ?? '')
      ?.find((one) => placed?.kind === 'subscription' && one.subscriptionId === placed.id);
    const isOpen = held !== undefined && held.status !== 'UNSUBSCRIBED';
    if (isOpen && echoOf(stateOf(contact), { control, to: 'open', occurredAt: held.at }, 0) !== undefined) return [];
    const at = isOpen ? Math.max(0, held.at - 1) : held?.at;
    return withId({
      v: 1,
      portal: registry.portal,
      contact,
      occurredAt: (control === PORTAL_WIDE ? portalWideAt.get(contact) : at) || now(),
      receivedAt: now(),
      source: { channel: 'audit', ...(held?.source && { change: held.source }) },
      kind: 'control',
      control,
      to: 'closed',
    });
  });
}

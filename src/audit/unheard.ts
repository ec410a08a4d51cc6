import { normaliseAddress } from '../consent/address.ts';
import { readContacts } from '../hubspot/contacts.ts';
import type { Status } from '../hubspot/statuses.ts';
import { PORTAL_WIDE } from '../registry/registry.ts';
import type { Signal } from '../signals/signal.ts';
import { withId } from '../signals/signal-id.ts';
import type { AuditDeps } from './audit.ts';
import type { Finding } from './findings.ts';

/**
 * Signals for opt-outs that no webhook told, at the time that HubSpot gives for the status. Where it gives
 * none, the moment it was found counts: the "no" wins over anything older.
 */
export async function unheardSignals(
  findings: readonly Finding[],
  portalWideAt: ReadonlyMap<string, number>,
  { registry, hubspot, now }: Pick<AuditDeps, 'registry' | 'hubspot' | 'now'>,
): Promise<Signal[]> {
  const ids = [...new Set(findings.map(({ contact }) => contact))];
  const contacts = await readContacts(hubspot.send, ids, []);
  const addressOf = (contact: string) => normaliseAddress(contacts.get(contact)?.email);
  const addresses = ids.flatMap((id) => addressOf(id) ?? []);
  const statuses =
    addresses.length === 0 ? new Map<string, Status[]>() : await hubspot.statuses.read([...new Set(addresses)]);

  return findings.map(({ contact, control }) => {
    const placed = control === PORTAL_WIDE ? undefined : registry.controls.get(control)?.control;
    const held = statuses
      .get(addressOf(contact) ?? '')
      ?.find((one) => placed?.kind === 'subscription' && one.subscriptionId === placed.id);
    return withId({
      v: 1,
      portal: registry.portal,
      contact,
      occurredAt: (control === PORTAL_WIDE ? portalWideAt.get(contact) : held?.at) || now(),
      receivedAt: now(),
      source: { channel: 'audit', ...(held?.source && { change: held.source }) },
      kind: 'control',
      control,
      to: 'closed',
    });
  });
}

import { asHubSpotTime, type HubSpotTime, millis, shifted } from '../../clocks.ts';
import { readContacts } from '../../hubspot/contacts.ts';
import type { Status } from '../../hubspot/status-format.ts';
import { unlessUnseen } from '../../hubspot/unseen.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import { PORTAL_WIDE, type Registry } from '../../registry/registry.ts';
import type { Finding } from '../../rules/drift.ts';
import { ownWriteOf } from '../../rules/own-write.ts';
import { writeThatSet } from '../../rules/set-by-us.ts';
import type { Signal } from '../../signals/signal.ts';
import { withId } from '../../signals/signal-id.ts';
import type { AuditDeps } from './deps.ts';
import type { Examined } from './examine.ts';
import { note } from './page.ts';
import { statusesOf } from './statuses.ts';

type Deps = Pick<AuditDeps, 'registry' | 'hubspot' | 'now'>;
type Unheard = Pick<Examined, 'dossier' | 'findings' | 'portalWideAt'>;

/**
 * Signals for opt-outs that no webhook told, at the time that HubSpot gives for the status. Where HubSpot gives
 * none, or shows no statuses, the moment of the audit counts: the "no" wins over anything older. Findings are as old as the page of contacts:
 * what we opened since is no opt-out, and what anybody else opened was closed before.
 */
export async function unheardSignals(
  unheard: readonly Unheard[],
  run: Pick<AuditRequest, 'unseen'>,
  deps: Deps,
): Promise<Signal[]> {
  const ids = unheard.map(({ dossier }) => dossier.contact);
  const contacts = await unlessUnseen('statuses', () => readContacts(deps.hubspot.send, ids, []));
  if ('unseen' in contacts) note(run, contacts.unseen);
  const addressOf = (contact: string) => ('seen' in contacts ? contacts.seen.get(contact)?.email : undefined);
  const addresses = unheard.flatMap(({ dossier }) => addressOf(dossier.contact) ?? []);
  const statuses = await statusesOf([...new Set(addresses)], run, deps);
  return unheard.flatMap((one) => {
    const held = statuses.get(addressOf(one.dossier.contact) ?? '') ?? [];
    const found = one.findings.filter(({ kind }) => kind === 'opt-out-unheard');
    return found.flatMap((finding) => signalOf(finding, one, held, deps));
  });
}

function signalOf(finding: Finding, one: Unheard, statuses: readonly Status[], deps: Deps): Signal[] {
  const { registry, now } = deps;
  const control = registry.controls.get(finding.control)?.control;
  const held = statuses.find(({ subscriptionId }) => control?.kind === 'subscription' && subscriptionId === control.id);
  const at = finding.control === PORTAL_WIDE ? one.portalWideAt : timeOf(held);
  if (held !== undefined && isOurOpening(held, finding, one, registry)) return [];
  return [
    withId({
      v: 1,
      portal: registry.portal,
      contact: finding.contact,
      occurredAt: at ?? asHubSpotTime(now()),
      receivedAt: now(),
      source: { channel: 'audit', ...(held?.source && { change: held.source }) },
      kind: 'control',
      control: finding.control,
      to: 'closed',
    }),
  ];
}

/** When a status was closed; for a status that is open by now, the latest moment before somebody opened the status. */
function timeOf(held: Status | undefined): HubSpotTime | undefined {
  if (held?.at === undefined || held.status === 'UNSUBSCRIBED') return held?.at;
  return millis(held.at) > 1 ? shifted(held.at, -1) : undefined;
}

/** A property may show a closing some seconds after our own opening. */
function isOurOpening(
  held: Status,
  { control }: Finding,
  { dossier: { state } }: Unheard,
  registry: Registry,
): boolean {
  const { status, at } = held;
  if (status === 'UNSUBSCRIBED' || at === undefined) return false;
  const duringCall = ownWriteOf(state, { control, to: 'open', occurredAt: at }, 0);
  return (
    (duringCall ?? writeThatSet(state, { control, to: 'open', status: held }, registry.policy.echoWindowMs)) !==
    undefined
  );
}

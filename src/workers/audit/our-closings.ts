import type { Status } from '../../hubspot/status-format.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Finding } from '../../rules/drift.ts';
import { writeThatSet } from '../../rules/set-by-us.ts';
import type { AuditDeps } from './deps.ts';
import type { Seen } from './seen.ts';
import { statusesOf } from './statuses.ts';

type Found = Seen & { findings: Finding[] };

/**
 * R8: a return is of the address that was submitted. Where the record has another address since, what we closed at that address stays closed:
 * no opt-out that nobody heard of, but a return without effect. The time of the status tells, which is read of such contacts only.
 */
export async function withoutOurClosings<One extends Found>(
  examined: readonly One[],
  run: Pick<AuditRequest, 'unseen'>,
  deps: AuditDeps,
): Promise<One[]> {
  const doubtful = new Set(examined.filter((one) => one.findings.some((finding) => mayBeOurs(finding, one))));
  const addresses = [...doubtful].flatMap((one) => one.addresses.slice(0, 1));
  const statuses = await statusesOf([...new Set(addresses)], run, deps);
  return examined.map((one) => {
    if (!doubtful.has(one)) return one;
    const held = statuses.get(one.addresses[0] ?? '') ?? [];
    return { ...one, findings: one.findings.flatMap((finding) => named(finding, one, held, deps.registry)) };
  });
}

/** Whether the newest write of a control that HubSpot confirmed was a closing. */
function mayBeOurs({ kind, control }: Finding, { dossier: { state } }: Found): boolean {
  if (kind !== 'opt-out-unheard') return false;
  const { closed = [], open = [] } = state.written[control] ?? {};
  const [shut, opened] = [closed, open].map((writes) => writes.findLast(({ planned }) => !planned)?.at);
  return shut !== undefined && (opened === undefined || shut > opened);
}

function named(finding: Finding, one: Found, statuses: readonly Status[], registry: Registry): Finding[] {
  const { control: key } = finding;
  const control = registry.controls.get(key)?.control;
  const status = statuses.find((held) => control?.kind === 'subscription' && held.subscriptionId === control.id);
  if (!mayBeOurs(finding, one) || status?.status !== 'UNSUBSCRIBED') return [finding];
  const { state } = one.dossier;
  const write = writeThatSet(state, { control: key, to: 'closed', status }, registry.policy.echoWindowMs);
  if (write === undefined || write.planned) return [finding];
  const isTold = one.findings.some(({ kind, control: other }) => kind === 'return-without-effect' && other === key);
  return isTold ? [] : [{ ...finding, kind: 'return-without-effect' }];
}

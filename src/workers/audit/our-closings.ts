import type { HubSpotTime } from '../../clocks.ts';
import type { Status } from '../../hubspot/status-format.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Finding } from '../../rules/drift.ts';
import { writeThatSet } from '../../rules/set-by-us.ts';
import { type ContactState, companyState } from '../../rules/state.ts';
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
  const doubtful = new Set(
    examined.filter((one) => one.findings.some((finding) => mayBeOurs(finding, one, deps.registry))),
  );
  const addresses = [...doubtful].flatMap((one) => one.addresses.slice(0, 1));
  const statuses = await statusesOf([...new Set(addresses)], run, deps);
  return examined.map((one) => {
    if (!doubtful.has(one)) return one;
    const held = statuses.get(one.addresses[0] ?? '') ?? [];
    return { ...one, findings: one.findings.flatMap((finding) => named(finding, one, held, deps.registry)) };
  });
}

/** Whether the newest write of a control that HubSpot confirmed was a closing, or the owner came back, with another address perhaps. */
function mayBeOurs({ kind, control }: Finding, { dossier: { state } }: Found, registry: Registry): boolean {
  return (
    kind === 'opt-out-unheard' && (wasClosedLast(control, state) || returnedAt(control, state, registry) !== undefined)
  );
}

function wasClosedLast(control: string, { written }: ContactState): boolean {
  const { closed = [], open = [] } = written[control] ?? {};
  const [shut, opened] = [closed, open].map((writes) => writes.findLast(({ planned }) => !planned)?.at);
  return shut !== undefined && (opened === undefined || shut > opened);
}

/** When the owner came back to a control's company last. */
function returnedAt(control: string, state: ContactState, registry: Registry): HubSpotTime | undefined {
  const { returns } = companyState(state, registry.controls.get(control)?.company ?? '');
  return returns.at(-1)?.at;
}

function named(finding: Finding, one: Found, statuses: readonly Status[], registry: Registry): Finding[] {
  const { control: key } = finding;
  const control = registry.controls.get(key)?.control;
  const status = statuses.find((held) => control?.kind === 'subscription' && held.subscriptionId === control.id);
  if (!mayBeOurs(finding, one, registry) || status?.status !== 'UNSUBSCRIBED') return [finding];
  if (!isOurs({ key, status }, one.dossier.state, registry)) return [finding];
  const isTold = one.findings.some(({ kind, control: other }) => kind === 'return-without-effect' && other === key);
  return isTold ? [] : [{ ...finding, kind: 'return-without-effect' }];
}

/**
 * By what the ledger knows of our writes for this address; or by our mark, where we closed an address beside the primary one, from before the return. A
 * mark from after the return may be of an opt-out that the ledger does not know any more.
 */
function isOurs({ key, status }: { key: string; status: Status }, state: ContactState, registry: Registry): boolean {
  const write = writeThatSet(state, { control: key, to: 'closed', status }, registry.policy.echoWindowMs);
  if (write !== undefined) return !write.planned || status.marked === true;
  const returned = returnedAt(key, state, registry);
  return status.marked === true && status.at !== undefined && returned !== undefined && status.at < returned;
}

import { asHubSpotTime } from '../../clocks.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import type { FindingKind } from '../../rules/drift.ts';
import { endedWaits } from '../../rules/waits.ts';
import type { AuditDeps } from './deps.ts';
import type { Examined } from './examine.ts';
import { unheardSignals } from './unheard.ts';

/** What was never heard of is decided like any other signal, a lost return only by policy; all else, also a wait that has ended, only needs convergence. */
export async function repair(
  examined: readonly Examined[],
  run: Pick<AuditRequest, 'unseen'>,
  deps: AuditDeps,
): Promise<void> {
  const unheard = withFinding(examined.map(withoutEnded), ['opt-out-unheard']);
  const shown = unheard.length > 0 ? await unheardSignals(unheard, run, deps) : [];
  const ended = examined.flatMap((one) => one.ended.map(({ signal }) => signal));
  if (shown.length + ended.length > 0) await deps.queueSignals([...shown, ...ended]);
  const { portal, policy } = deps.registry;
  const returns = examined
    .flatMap((one) => one.returns)
    .filter(({ finding }) => finding.kind === 'return-proved-late' || policy.recoverReturns);
  if (returns.length > 0) await deps.queueSignals([...new Set(returns.map(({ signal }) => signal))]);
  const request = ({ dossier: { contact } }: Examined) =>
    ({ v: 1, portal, contact, occurredAt: asHubSpotTime(deps.now()), crowd: 'audit' }) as const;
  const isDue = ({ dossier }: Examined) => endedWaits(dossier.state, deps.registry, deps.now()).length > 0;
  const toCompare = new Set([
    ...withFinding(examined, ['open-under-opt-out', 'lift-unapplied']),
    ...examined.filter(isDue),
  ]);
  await deps.request([
    ...[...toCompare].map(request),
    ...withFinding(examined, ['opt-out-of-address']).map((one) => ({ ...request(one), identify: true })),
  ]);
}

/** What ended since, HubSpot's history tells; of the others the status is asked. */
function withoutEnded(one: Examined): Examined {
  const ended = new Set(one.ended.map(({ finding }) => finding));
  return { ...one, findings: one.findings.filter((finding) => !ended.has(finding)) };
}

function withFinding(examined: readonly Examined[], kinds: readonly FindingKind[]): Examined[] {
  return examined.filter(({ findings }) => findings.some(({ kind }) => kinds.includes(kind)));
}

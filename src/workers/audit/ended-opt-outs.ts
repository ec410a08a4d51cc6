import { type HubSpotTime, millis, shifted } from '../../clocks.ts';
import { wasChanged } from '../../hubspot/contacts.ts';
import { type PropertyVersion, readVersions } from '../../hubspot/property-versions.ts';
import type { Status } from '../../hubspot/status-format.ts';
import { unlessUnseen } from '../../hubspot/unseen.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import { watchedPropertyOf } from '../../registry/control.ts';
import { PORTAL_WIDE, PORTAL_WIDE_PROPERTY, type Registry } from '../../registry/registry.ts';
import type { Finding } from '../../rules/drift.ts';
import { isNews, noWins } from '../../rules/order.ts';
import { exactOwnWriteOf } from '../../rules/own-write.ts';
import { type ContactState, companyState } from '../../rules/state.ts';
import type { ControlSignal } from '../../signals/signal.ts';
import { withId } from '../../signals/signal-id.ts';
import type { AuditDeps } from './deps.ts';
import { isUnseen, type Listed, note, startOf } from './page.ts';
import type { Seen } from './seen.ts';
import { statusesOf } from './statuses.ts';

/** An opt-out that HubSpot's history tells, and the signal by which the opt-out is decided. */
export type EndedOptOut = { finding: Finding; signal: ControlSignal };

type Run = Pick<AuditRequest, 'unseen' | 'startedAt'>;

/** So far back a history is believed, ms: what was ended before Widerruf was there, or before the audits of three nights, is nobody's affair here. */
const LOOK_BACK_MS = 3 * 24 * 3_600_000;

/**
 * R1, R5: company opt-outs of which no webhook told, and that somebody ended before the audit: neither a status nor a property shows them any more. HubSpot's
 * history of the opt-out properties is asked, of records that were changed since then (docs/decisions/0091-opt-outs-that-ended-unheard.md).
 */
export async function endedOptOuts(
  people: readonly Seen[],
  page: readonly Listed[],
  run: Run,
  deps: AuditDeps,
): Promise<Map<string, EndedOptOut[]>> {
  const since = shifted(startOf(run, deps), -LOOK_BACK_MS);
  const changed = new Set(
    page.filter((one) => wasChanged(one) && one.updatedAt !== undefined && one.updatedAt >= since).map(({ id }) => id),
  );
  const asked = people.filter(({ dossier }) => changed.has(dossier.contact));
  const properties = [...ownControls(deps.registry).keys()];
  const histories = await versionsOf(asked, properties, run, deps);
  const found = asked.flatMap((seen) => {
    const ended = endedOf(seen, histories.get(seen.dossier.contact), { since, deps });
    return ended.length > 0 ? [{ seen, ended }] : [];
  });
  const statuses = await statusesOf([...new Set(found.flatMap(({ seen }) => seen.addresses.slice(0, 1)))], run, deps);
  return new Map(
    found.map(({ seen, ended }) => {
      const held = statuses.get(seen.addresses[0] ?? '') ?? [];
      return [seen.dossier.contact, ended.filter(({ finding }) => !wasOpenedByUs(finding, held, deps.registry))];
    }),
  );
}

/** We opened what was ended: the owner came back, and the ledger went back to before that (docs/restore.md). */
function wasOpenedByUs({ control }: Finding, statuses: readonly Status[], { companies }: Registry): boolean {
  const own = [...companies.values()].map((company) => company.own);
  const types = own.flatMap(({ key, control: type }) =>
    type.kind === 'subscription' && (control === key || control === PORTAL_WIDE) ? [type.id] : [],
  );
  return statuses.some(
    ({ subscriptionId, status, marked }) =>
      types.includes(subscriptionId) && status !== 'UNSUBSCRIBED' && marked === true,
  );
}

/** The controls that opt out of a company, or of all, by the property that shows them. */
function ownControls({ companies }: Registry): Map<string, string> {
  const own = [...companies.values()].flatMap(({ own: { key, control } }) =>
    control.kind === 'subscription' ? [[watchedPropertyOf(key), key] as const] : [],
  );
  return new Map([[PORTAL_WIDE_PROPERTY, PORTAL_WIDE], ...own]);
}

async function versionsOf(asked: readonly Seen[], properties: readonly string[], run: Run, { hubspot }: AuditDeps) {
  if (asked.length === 0 || isUnseen(run, 'history')) return new Map<string, never>();
  const ids = asked.map(({ dossier }) => dossier.contact);
  const outcome = await unlessUnseen('history', () => readVersions(hubspot.send, ids, properties));
  if ('seen' in outcome) return outcome.seen;
  note(run, outcome.unseen);
  return new Map<string, never>();
}

type Looked = { since: HubSpotTime; deps: AuditDeps };

function endedOf(
  { dossier, properties }: Seen,
  histories: ReadonlyMap<string, readonly PropertyVersion[]> | undefined,
  { since, deps }: Looked,
): EndedOptOut[] {
  return [...ownControls(deps.registry)].flatMap(([property, control]) => {
    // What is closed still, statuses tell.
    const said =
      properties[property] === 'true' ? undefined : histories?.get(property)?.find(({ value }) => value === 'true');
    if (said === undefined || said.at < since || !isUnheard(said.at, control, dossier.state, deps.registry)) return [];
    const finding: Finding = { kind: 'opt-out-unheard', contact: dossier.contact, control };
    return [{ finding, signal: signalOf(finding, said.at, deps) }];
  });
}

/** Whether the opt-out is newer than all that the ledger knows, nobody came back since, and the closing is none of ours, nor of another address. */
function isUnheard(at: HubSpotTime, control: string, state: ContactState, registry: Registry): boolean {
  const placed = registry.controls.get(control);
  const companies = placed === undefined ? [...registry.companies.keys()] : [placed.company];
  const isNew = companies.some((key) => {
    const { optOut, returns } = companyState(state, key);
    return isNews(at, optOut?.at) && returns.every((back) => noWins(at, back.at));
  });
  const wasLifted = state.written[control]?.open?.some((write) => write.at > at) === true;
  const ours = exactOwnWriteOf(state, { control, to: 'closed', occurredAt: at }, registry.policy.echoWindowMs);
  return isNew && ours === undefined && !wasLifted && !isOfAddressChange(at, state);
}

/** HubSpot writes the properties anew when the record gets another address (docs/decisions/0089-rewritten-for-an-address.md). */
function isOfAddressChange(at: HubSpotTime, { holdings }: ContactState): boolean {
  return holdings.some(({ from }) => Math.abs(millis(from) - millis(at)) <= 1000);
}

function signalOf({ contact, control }: Finding, occurredAt: HubSpotTime, { registry, now }: AuditDeps): ControlSignal {
  const told = { v: 1, portal: registry.portal, contact, occurredAt, receivedAt: now() } as const;
  return withId({ ...told, source: { channel: 'audit' }, kind: 'control', control, to: 'closed' }) as ControlSignal;
}

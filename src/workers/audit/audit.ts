import { readTimesOfTrue } from '../../hubspot/contacts.ts';
import type { HubSpot } from '../../hubspot/hubspot.ts';
import { readPortalInfo } from '../../hubspot/portal-info.ts';
import { contactsAfter, SEARCH_PAGE } from '../../hubspot/search.ts';
import type { Send } from '../../hubspot/transport.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { type AuditRequest, EXAMPLES } from '../../queues/audit-request.ts';
import type { ConvergenceRequest } from '../../queues/convergence-request.ts';
import { PORTAL_WIDE_PROPERTY, type Registry } from '../../registry/registry.ts';
import { auditedProperties, closingsOf, type Finding, findDrift, isPortalWide } from '../../rules/drift.ts';
import { replay } from '../../rules/evolve.ts';
import { type ContactState, nothingKnown } from '../../rules/state.ts';
import type { Signal } from '../../signals/signal.ts';
import { addressesOf, findByAddress, findOpenAddresses } from './addresses.ts';
import { findGaps } from './coverage.ts';
import { unheardSignals } from './unheard.ts';

export type AuditDeps = {
  registry: Registry;
  ledger: Ledger;
  hubspot: HubSpot;
  /** Paced for the search's own limit of about five a second. */
  search: Send;
  /** `report`: nothing is repaired. */
  mode: 'repair' | 'report';
  queueSignals: (signals: readonly Signal[]) => Promise<void>;
  request: (requests: readonly ConvergenceRequest[]) => Promise<void>;
  addressKey: string;
  now: () => number;
};

/**
 * Goes on with a run from where `from` says, page by page, until the end or until `mayGoOn` says no. Returns where the
 * run stands; it is `done` when every contact was looked at. Repairs of a page are queued before the next one is read.
 */
export async function audit(
  from: AuditRequest,
  deps: AuditDeps,
  mayGoOn: () => boolean,
): Promise<{ done: boolean; run: AuditRequest & { startedAt: number } }> {
  const run = {
    ...from,
    startedAt: from.startedAt ?? deps.now(),
    counts: { ...from.counts },
    closings: { ...from.closings },
  };
  if (from.startedAt === undefined) run.coverage = findGaps(await readPortalInfo(deps.hubspot.send), deps.registry);
  const properties = auditedProperties(deps.registry);
  while (mayGoOn()) {
    const page = await contactsAfter(deps.search, run.after, properties);
    const flagged = page.filter(({ properties: shown }) => isPortalWide(shown)).map(({ id }) => id);
    const portalWideAt = await readTimesOfTrue(deps.hubspot.send, flagged, PORTAL_WIDE_PROPERTY);
    const people = await Promise.all(
      page.map(async ({ id, properties: shown }) => {
        const entries = await deps.ledger.read({ portal: deps.registry.portal, contact: id });
        return { contact: id, shown, addresses: addressesOf(shown), entries, state: replay(entries, deps.registry) };
      }),
    );
    const openElsewhere = await findOpenAddresses(people, deps);
    const perContact = await Promise.all(
      people.map(async (person) => {
        const { contact, shown, state } = person;
        const findings = [
          ...findDrift(contact, shown, state, deps.registry, deps.now(), portalWideAt.get(contact)),
          ...(openElsewhere.get(contact) ?? []),
          ...(await findByAddress(person, deps)),
        ];
        return { findings, closings: closingsOf(findings, shown, deps.registry) };
      }),
    );
    const findings = perContact.flatMap((one) => one.findings);
    if (deps.mode === 'repair') {
      const states = new Map(people.map(({ contact, state }) => [contact, state]));
      await repair(findings, portalWideAt, (contact) => states.get(contact) ?? nothingKnown, deps);
    }
    for (const { kind } of findings) run.counts[kind] = (run.counts[kind] ?? 0) + 1;
    for (const place of perContact.flatMap((one) => one.closings)) run.closings[place] = (run.closings[place] ?? 0) + 1;
    run.examples = [...run.examples, ...findings].slice(0, EXAMPLES);
    run.contacts += page.length;
    run.after = page.at(-1)?.id ?? run.after;
    if (page.length < SEARCH_PAGE) return { done: true, run };
  }
  return { done: false, run };
}

/** What was never heard of is decided like any other signal; all else only needs HubSpot to be compared again. */
async function repair(
  findings: readonly Finding[],
  portalWideAt: ReadonlyMap<string, number>,
  stateOf: (contact: string) => ContactState,
  deps: AuditDeps,
): Promise<void> {
  const unheard = findings.filter(({ kind }) => kind === 'opt-out-unheard');
  if (unheard.length > 0) await deps.queueSignals(await unheardSignals(unheard, portalWideAt, stateOf, deps));
  const drifted = findings.filter(({ kind }) => kind === 'open-under-opt-out' || kind === 'lift-unapplied');
  const contacts = [...new Set(drifted.map(({ contact }) => contact))];
  const { portal } = deps.registry;
  const inheriting = [
    ...new Set(findings.filter(({ kind }) => kind === 'opt-out-of-address').map(({ contact }) => contact)),
  ];
  const request = (contact: string) => ({ v: 1, portal, contact, occurredAt: deps.now() }) as const;
  await deps.request([
    ...contacts.map(request),
    ...inheriting.map((contact) => ({ ...request(contact), identify: true })),
  ]);
}

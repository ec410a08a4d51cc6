import { hashAddress, normaliseAddress } from '../../address.ts';
import { ADDRESS_PROPERTIES, companyOf } from '../../registry/registry.ts';
import { desiredControls } from '../../rules/desired.ts';
import type { Finding } from '../../rules/drift.ts';
import type { LedgerEntry } from '../../rules/entry.ts';
import { planOthers } from '../../rules/r8-other-addresses.ts';
import { type ContactState, companyState, isOptedOut } from '../../rules/state.ts';
import { inheritedDecisions } from '../converge/identify.ts';
import type { AuditDeps } from './audit.ts';

/** A contact as an audit sees it. `addresses`: normalised, the primary one first. */
type Seen = { contact: string; addresses: string[]; entries: LedgerEntry[]; state: ContactState };

export function addressesOf(properties: Readonly<Record<string, string>>): string[] {
  return ADDRESS_PROPERTIES.flatMap((name) => (properties[name] ?? '').split(';'))
    .map(normaliseAddress)
    .filter((one) => one !== undefined);
}

/**
 * R8: opt-outs that other contacts' ledgers hold of this one's addresses, and addresses that its own opt-outs have not
 * reached: a lost creation or merge leaves both behind.
 */
export async function findByAddress(seen: Seen, deps: AuditDeps): Promise<Finding[]> {
  const { contact, addresses, entries, state } = seen;
  const decisions = await inheritedDecisions(seen, addresses, deps);
  const inherited = decisions
    .flatMap(({ changes }) => changes)
    .flatMap((change) => (change.type === 'company-opt-out' ? change.companies : []));
  const known = new Set(entries.map(({ addressHash }) => addressHash));
  const reached = addresses.every((address) => known.has(hashAddress(deps.addressKey, address)));
  const own = reached ? [] : Object.keys(state.companies).filter((key) => isOptedOut(companyState(state, key)));
  const companies = [...inherited, ...own.filter((key) => deps.registry.companies.has(key))];
  return [...new Set(companies)].map((company) => ({
    kind: 'opt-out-of-address',
    contact,
    control: companyOf(deps.registry, company).own.key,
  }));
}

/** R8: types that are open for another address of somebody who opted out; the properties of a contact show only its first. */
export async function findOpenAddresses(people: readonly Seen[], deps: AuditDeps): Promise<Map<string, Finding[]>> {
  const several = people.flatMap(({ contact, addresses, state }) => {
    const desired = desiredControls(state, deps.registry);
    const others = [...desired.values()].some(({ to }) => to === 'closed') ? addresses.slice(1) : [];
    return others.length === 0 ? [] : [{ contact, desired, others }];
  });
  if (several.length === 0) return new Map();
  const statuses = await deps.hubspot.statuses.read([...new Set(several.flatMap(({ others }) => others))]);
  return new Map(
    several.map(({ contact, desired, others }) => {
      const statusesOfOthers = new Map(
        others.flatMap((one) => (statuses.has(one) ? [[one, statuses.get(one) ?? []]] : [])),
      );
      const open = planOthers(desired, { statusesOfOthers }, deps.registry, deps.now());
      const controls = new Set(open.map(({ write }) => write.control.key));
      return [contact, [...controls].map((control) => ({ kind: 'open-under-opt-out' as const, contact, control }))];
    }),
  );
}

import { distinctAddresses, hashAddress } from '../../address.ts';
import type { Status } from '../../hubspot/status-format.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import { ADDRESS_PROPERTIES, companyOf } from '../../registry/registry.ts';
import { desiredControls } from '../../rules/desired-controls.ts';
import type { Finding } from '../../rules/drift.ts';
import { replay } from '../../rules/evolve.ts';
import type { Dossier } from '../../rules/next-step.ts';
import { unheardOptOuts } from '../../rules/r1-company-opt-out.ts';
import { addressChanges } from '../../rules/r8-address-change.ts';
import { formerOptOuts } from '../../rules/r8-former-opt-out.ts';
import { inheritedDecisions } from '../../rules/r8-inherit.ts';
import { recordedAddresses } from '../../rules/r8-other-addresses.ts';
import type { SeenAddress } from '../../rules/sight.ts';
import { companyState, isOptedOut } from '../../rules/state.ts';
import { readOthers } from '../dossier.ts';
import type { AuditDeps } from './deps.ts';
import type { Former } from './former-addresses.ts';
import { leftOpen } from './left-open.ts';
import type { Seen } from './seen.ts';
import { statusesOf } from './statuses.ts';

/** The addresses that a contact's properties show, the primary one first. */
export function addressesOf(properties: Readonly<Record<string, string>>): string[] {
  return distinctAddresses(ADDRESS_PROPERTIES.flatMap((name) => (properties[name] ?? '').split(';')));
}

/**
 * R8: opt-outs that other contacts' ledgers hold of this contact's addresses, and addresses that the contact's own opt-outs have
 * not reached: a lost creation or merge leaves both behind. And opt-outs said with an address that the record had before, or that do not hold there.
 */
export async function findByAddress(
  { dossier, addresses }: Seen,
  shown: { others: readonly SeenAddress[]; before?: Former | undefined },
  run: Pick<AuditRequest, 'unseen'>,
  deps: AuditDeps,
): Promise<Finding[]> {
  const { contact, entries, state } = dossier;
  const hashes = addresses.map((address) => hashAddress(deps.addressKey, address));
  const [primary, ...additional] = hashes.map((hash) => ({ hash }));
  const sight = { ...(primary !== undefined && { address: primary }), others: additional };
  const others = await readOthers(dossier, sight, deps);
  const found = [
    ...inheritedDecisions(dossier, others, sight, deps.registry),
    ...unheardOptOuts(dossier, { exists: true, others: shown.others, actual: {} }, deps.registry, deps.now()),
    ...formerOptOuts(dossier, { exists: true, ...sight, ...shown.before, actual: {} }, deps.registry, deps.now()),
  ];
  const optedOut = found
    .flatMap(({ changes }) => changes)
    .flatMap((change) => (change.type === 'company-opt-out' ? change.companies : []));
  const open = shown.before === undefined ? [] : await leftOpen({ dossier }, shown.before, run, deps);
  const changes = addressChanges(dossier, { exists: true, ...sight, ...shown.before, actual: {} }, deps.now());
  const told = changes.length > 0 && shown.before !== undefined ? companiesWithNo(state, deps.registry) : [];
  const companies = [...optedOut, ...open, ...told, ...carriedAlong(entries, state, hashes, deps.registry)];
  return [...new Set(companies)].map((company) => ({
    kind: 'opt-out-of-address',
    contact,
    control: companyOf(deps.registry, company).own.key,
  }));
}

/** Companies of which an opt-out was heard: HubSpot's history may tell that another address said it than the ledger knows. */
function companiesWithNo({ companies }: Dossier['state'], registry: AuditDeps['registry']): string[] {
  return [...registry.companies.keys()].filter((key) => companies[key]?.optOut !== undefined);
}

/** Companies whose opt-out counts for one of the addresses, as far as the ledger does not know that the contact has that address. */
function carriedAlong(
  entries: Dossier['entries'],
  state: Dossier['state'],
  hashes: readonly string[],
  registry: AuditDeps['registry'],
): string[] {
  const [primary] = hashes;
  const hasMoved = primary !== undefined && state.address !== undefined && primary !== state.address;
  const recorded = recordedAddresses({ entries });
  if (!hasMoved && hashes.every((hash) => recorded.has(hash))) return [];
  const known = hasMoved ? [state, replay(entries, registry, { address: primary })] : [state];
  return [...registry.companies.keys()].filter((key) => known.some((one) => isOptedOut(companyState(one, key))));
}

/**
 * R8: the statuses of the other addresses, as a contact's properties show only its first address: of contacts that must be closed, and of
 * addresses that the ledger does not know yet, which may have been opted out.
 */
export function readOtherAddresses(
  people: readonly Seen[],
  run: Pick<AuditRequest, 'unseen'>,
  deps: AuditDeps,
): Promise<Map<string, Status[]>> {
  const others = people.flatMap(({ dossier, addresses }) => {
    const desired = desiredControls(dossier.state, deps.registry);
    if ([...desired.values()].some(({ to }) => to === 'closed')) return addresses.slice(1);
    const recorded = recordedAddresses(dossier);
    return addresses.slice(1).filter((address) => !recorded.has(hashAddress(deps.addressKey, address)));
  });
  return statusesOf([...new Set(others)], run, deps);
}

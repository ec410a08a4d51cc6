import type { HubSpotTime } from '../clocks.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Registry } from '../registry/registry.ts';
import type { ContactRef } from '../rules/entry.ts';
import { replay } from '../rules/evolve.ts';
import type { Dossier } from '../rules/next-step.ts';
import { heldAddresses, type OtherLedger } from '../rules/r8-inherit.ts';
import type { Sight } from '../rules/sight.ts';

type Deps = { ledger: Ledger; registry: Registry };

/** What the ledger knows of a contact. */
export async function readDossier(contact: string, { ledger, registry }: Deps): Promise<Dossier> {
  const entries = await ledger.read({ portal: registry.portal, contact });
  return { contact, entries, state: replay(entries, registry) };
}

/** R8: the ledgers of other contacts that speak of addresses which the contact has, or by its own ledger had. */
export async function readOthers(
  { contact, entries }: Dossier,
  sight: Pick<Sight, 'address' | 'others'>,
  deps: Deps,
): Promise<OtherLedger[]> {
  const { ledger, registry } = deps;
  const held = [...heldAddresses(entries, sight)];
  const holders = await Promise.all(
    held.map(async ([hash, until]) => (await ledger.peopleWith(hash)).map((ref) => ({ ref, hash, until }))),
  );
  const found = new Map<string, { hashes: Set<string>; heldUntil: HubSpotTime | undefined }>();
  for (const { ref, hash, until } of holders.flat()) {
    if (ref.portal !== registry.portal || ref.contact === contact) continue;
    const before = found.get(ref.contact);
    found.set(ref.contact, {
      hashes: new Set([...(before?.hashes ?? []), hash]),
      heldUntil: before === undefined ? until : laterOf(before.heldUntil, until),
    });
  }
  const others: OtherLedger[] = [];
  for (const [other, { hashes, heldUntil }] of found) {
    const state = await stateOf({ portal: registry.portal, contact: other }, deps);
    others.push({ contact: other, state, hashes, ...(heldUntil !== undefined && { heldUntil }) });
  }
  return others;
}

async function stateOf(ref: ContactRef, { ledger, registry }: Deps) {
  return replay(await ledger.read(ref), registry);
}

/** Undefined means that the contact holds the address still, which is later than any time. */
function laterOf(a: HubSpotTime | undefined, b: HubSpotTime | undefined): HubSpotTime | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a > b ? a : b;
}

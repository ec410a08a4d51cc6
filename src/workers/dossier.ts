import type { Ledger } from '../ledger/ledger.ts';
import type { Registry } from '../registry/registry.ts';
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
  { contact, entries, state }: Dossier,
  sight: Pick<Sight, 'address' | 'others'>,
  { ledger, registry }: Deps,
): Promise<OtherLedger[]> {
  const held = [...heldAddresses(entries, state, sight)];
  const found = await Promise.all(
    held.map(async ([hash, heldUntil]) => {
      const people = await ledger.peopleWith(hash);
      return people
        .filter((ref) => ref.portal === registry.portal && ref.contact !== contact)
        .map((ref) => ({ ref, hash, ...(heldUntil !== undefined && { heldUntil }) }));
    }),
  );
  return Promise.all(
    found.flat().map(async ({ ref, ...other }) => {
      const whose = { address: other.hash };
      return { ...other, contact: ref.contact, state: replay(await ledger.read(ref), registry, whose) };
    }),
  );
}

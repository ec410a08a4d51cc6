import type { Looking } from '../../hubspot/looking.ts';
import type { Dossier, Wanted } from '../../rules/next-step.ts';

/** What to look at of a contact: besides what the rules want, the addresses that the ledger knows. */
export function lookingAt({ entries, state }: Dossier, at: Wanted): Looking {
  const addresses = [...new Set(entries.flatMap(({ personal }) => personal?.address ?? []))];
  const remembered = addresses.at(-1);
  const isKnown = entries.length > 0;
  return {
    ...at,
    ...(remembered !== undefined && { remembered }),
    ...(state.address !== undefined && { lastHeld: state.address }),
    ...(at.identify && { former: isKnown ? addresses : ('unknown' as const) }),
  };
}

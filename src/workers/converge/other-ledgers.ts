import type { View } from '../../hubspot/view.ts';
import type { Dossier } from '../../rules/next-step.ts';
import type { OtherLedger } from '../../rules/r8-inherit.ts';
import { mergedIn } from '../../rules/r8-record.ts';
import { isAnythingSaid } from '../../rules/state.ts';
import { recordMergeFound } from '../decide/merged.ts';
import { readOthers } from '../dossier.ts';
import type { ConvergeDeps } from './deps.ts';

/**
 * R8: the ledgers of other contacts that speak of a contact's addresses. Of a contact that became part of this one, and of which no event told that, the
 * merge is recorded first ('moved'): what the merge brought holds for the address that the record had then, which may be another one by now.
 */
export async function otherLedgers(dossier: Dossier, view: View, deps: ConvergeDeps): Promise<OtherLedger[] | 'moved'> {
  const others = await readOthers(dossier, view.sight, deps);
  const linked = new Set(dossier.entries.flatMap(mergedIn));
  const unlinked = others.find(
    ({ contact, state }) => isAnythingSaid(state) && view.merges?.has(contact) === true && !linked.has(contact),
  );
  if (unlinked === undefined) return others;
  const at = view.merges?.get(unlinked.contact);
  await recordMergeFound(unlinked.contact, { contact: dossier.contact, ...(at !== undefined && { at }) }, deps);
  return 'moved';
}

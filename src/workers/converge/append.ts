import type { View } from '../../hubspot/view.ts';
import { appendAfter, appendDecided } from '../../ledger/append-decided.ts';
import type { Draft } from '../../ledger/chain.ts';
import { demandsOf } from '../../ledger/tally.ts';
import type { Decision } from '../../rules/decision.ts';
import { type AppliedEntry, type EntryBody, type LedgerEntry, ownDecision } from '../../rules/entry.ts';
import { replay } from '../../rules/evolve.ts';
import type { Dossier, Write } from '../../rules/next-step.ts';
import { alsoHolds, unrecordedAddresses } from '../../rules/r8-other-addresses.ts';
import type { ContactState } from '../../rules/state.ts';
import type { ConvergeDeps } from './deps.ts';

/** A contact whose address is known. */
type Known = { dossier: Dossier; view: View };
type Entries = LedgerEntry[] | 'moved';
/** Nobody has looked at HubSpot. */
const UNSEEN: View = { sight: { exists: true, others: [], actual: {} }, addresses: new Map() };

const refOf = ({ contact }: Dossier, { registry }: ConvergeDeps) => ({ portal: registry.portal, contact });

/** Appends decisions that no signal brought: made by time, or by what HubSpot shows (`view`). */
export async function appendDecisions(
  dossier: Dossier,
  decisions: readonly Decision[],
  deps: ConvergeDeps,
  view: View = UNSEEN,
): Promise<Entries> {
  let entries: Entries = [...dossier.entries];
  for (const decision of decisions) {
    const body = ownDecision(decision, 'converge', deps.now());
    const draft = draftAbout(decision.about, { view, state: dossier.state, body }, deps);
    entries = await appendAfter(deps.ledger, refOf(dossier, deps), entries, [draft]);
    if (entries === 'moved') return 'moved';
  }
  return entries;
}

/** Records what was found and what is about to be written: kept before the first write, so that a crash loses no earlier value. */
export function appendPlan({ dossier, view }: Known, { plan }: Write, deps: ConvergeDeps): Promise<Entries> {
  const intended = Object.fromEntries(plan.writes.map(({ control, value }) => [control.key, value]));
  const body: EntryBody = { kind: 'planned', before: plan.before, intended, placed: plan.placed };
  const draft = draftAbout(view.sight.address?.hash, { view, state: dossier.state, body }, deps);
  return appendAfter(deps.ledger, refOf(dossier, deps), dossier.entries, [draft]);
}

/** Records that HubSpot holds the desired state. */
export async function appendApplied(
  { dossier, view }: Known,
  body: AppliedEntry,
  deps: ConvergeDeps,
): Promise<Entries> {
  const hash = view.sight.address?.hash;
  const draft = draftAbout(hash, { view, state: dossier.state, body }, deps);
  const entries = await appendAfter(deps.ledger, refOf(dossier, deps), dossier.entries, [draft]);
  if (entries !== 'moved') await deps.ledger.settle(refOf(dossier, deps), demandsOf(dossier.entries, hash));
  return entries;
}

/** A contact that became part of another one, or is gone, demands nothing of HubSpot any more. */
export async function settleWhatIsOver(dossier: Dossier, deps: ConvergeDeps): Promise<void> {
  const { unconverged, mergedInto, gone, address } = dossier.state;
  if (!unconverged || (mergedInto === undefined && !gone)) return;
  await deps.ledger.settle(refOf(dossier, deps), demandsOf(dossier.entries, address));
}

/**
 * Records what was written although something failed beside it or a newer decision came meanwhile: the write stays a fact, and
 * without the fact the write's echo would pass for the person's "no". What HubSpot refuses to close is named beside it.
 */
export async function appendFacts({ dossier, view }: Known, applied: AppliedEntry, deps: ConvergeDeps): Promise<void> {
  if (Object.keys(applied.written).length === 0 && applied.refused === undefined) return;
  const { leftAsIs: _, ...facts } = applied;
  const body: AppliedEntry = { ...facts, lifted: {}, unfinished: true };
  await appendDecided(deps.ledger, refOf(dossier, deps), (entries) => {
    // The contact may have been erased meanwhile: then nothing personal comes back in.
    const state = replay(entries, deps.registry);
    return { result: undefined, draft: draftAbout(view.sight.address?.hash, { view, state, body }, deps) };
  });
}

/** The contact's other addresses go into the index, so that a contact re-created under one of them is found (R8). */
export async function appendOtherAddresses({ dossier, view }: Known, deps: ConvergeDeps): Promise<'done' | 'moved'> {
  const { state } = dossier;
  let entries: Entries = [...dossier.entries];
  for (const hash of unrecordedAddresses(state, entries, view.sight)) {
    const draft = draftAbout(hash, { view, state, body: ownDecision(alsoHolds, 'nothing', deps.now()) }, deps);
    entries = await appendAfter(deps.ledger, refOf(dossier, deps), entries, [draft]);
    if (entries === 'moved') return 'moved';
  }
  return 'done';
}

/** An entry about an address: its keyed hash in the index, the address itself beside the chain. */
function draftAbout(
  hash: string | undefined,
  { view, state, body }: { view: View; state: ContactState; body: EntryBody },
  { now, salt }: ConvergeDeps,
): Draft {
  const address = hash === undefined ? undefined : view.addresses.get(hash);
  return {
    recordedAt: now(),
    body,
    ...(hash !== undefined && { addressHash: hash }),
    // After a deletion for privacy nothing personal comes back in.
    ...(address !== undefined && state.erased !== true && { personal: { salt: salt(), address } }),
  };
}

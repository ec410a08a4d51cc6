import type { Registry } from '../registry/registry.ts';
import { applyChanges } from './apply-changes.ts';
import type { AppliedEntry, LedgerEntry } from './entry.ts';
import { noteConfirmed, noteIntended, withoutForestalled } from './own-write.ts';
import { closedByOthers, rememberPrior } from './r6-restore.ts';
import { type ContactState, nothingKnown } from './state.ts';

/** The state that a contact's ledger amounts to. Pure: same entries, same state. */
export function replay(entries: readonly LedgerEntry[], registry: Registry): ContactState {
  const state = entries.reduce((before, entry) => evolve(before, entry, registry), nothingKnown);
  const seen = entries.flatMap(({ body }) => (body.kind === 'decision' && body.signal ? [body.signal.id] : []));
  return { ...state, seen: new Set(seen) };
}

function evolve(state: ContactState, { body, recordedAt, addressHash }: LedgerEntry, registry: Registry): ContactState {
  switch (body.kind) {
    case 'decision':
      return { ...applyChanges(state, body.changes), unconverged: state.unconverged || body.converge };
    case 'planned': {
      const written = noteIntended(state, body.intended, recordedAt, registry);
      return rememberPrior({ ...state, written }, body.before, addressHash, registry);
    }
    case 'applied': {
      // What is told late may be of an address that the contact had; its plan told what was there before.
      if (body.unfinished) return unfinished(state, body, registry);
      const remembered = rememberPrior(state, body.before, addressHash, registry);
      return applied(closedByOthers(remembered, body, addressHash, registry), body, registry);
    }
  }
}

/** HubSpot holds the desired state. */
function applied(state: ContactState, body: AppliedEntry, registry: Registry): ContactState {
  const { written, lifted } = body;
  const companies = { ...state.companies };
  for (const [key, optOutAt] of Object.entries(lifted)) {
    const company = companies[key];
    if (company !== undefined) companies[key] = { ...company, liftedOptOut: optOutAt };
  }
  const noted = withoutForestalled(noteConfirmed(state, written), body, registry);
  return { ...state, companies, written: noted, unconverged: false };
}

/** Some writes failed, or a newer decision came meanwhile. What such writes closed after a lift has to be lifted again. */
function unfinished(state: ContactState, body: AppliedEntry, registry: Registry): ContactState {
  const { written } = body;
  const companies = { ...state.companies };
  let undone = false;
  for (const [control, { direction, at }] of Object.entries(written)) {
    const key = registry.controls.get(control)?.company ?? '';
    const company = companies[key];
    const openedAt = state.written[control]?.open?.at(-1)?.at;
    if (company === undefined || direction !== 'closed' || (openedAt !== undefined && at < openedAt)) continue;
    const { liftedOptOut: _, ...rest } = company;
    companies[key] = rest;
    undone = true;
  }
  return {
    ...state,
    companies,
    written: withoutForestalled(noteConfirmed(state, written), body, registry),
    unconverged: undone || state.unconverged,
  };
}

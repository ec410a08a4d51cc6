import { applyChanges } from '../consent/fold.ts';
import { type ContactState, isOptedOut, nothingKnown } from '../consent/state.ts';
import type { ControlKey, ControlValue } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import type { AppliedEntry, EntryBody, LedgerEntry } from './entry.ts';

/** The state that a contact's ledger amounts to. Pure: same entries, same state. */
export function replay(entries: readonly LedgerEntry[], registry: Registry): ContactState {
  return entries.reduce((state, { body }) => after(state, body, registry), nothingKnown);
}

function after(state: ContactState, body: EntryBody, registry: Registry): ContactState {
  switch (body.kind) {
    case 'decision':
      return {
        ...applyChanges(state, body.changes),
        seen: body.signal === undefined ? state.seen : new Set([...state.seen, body.signal.id]),
        unconverged: state.unconverged || body.converge,
      };
    case 'planned':
      return notePrior(state, body.before, registry);
    case 'applied':
      return applied(notePrior(state, body.before, registry), body);
  }
}

/** Keeps the first value seen under a standing opt-out: that is the one from before the fan-out (R6). */
function notePrior(state: ContactState, before: Record<ControlKey, ControlValue>, registry: Registry): ContactState {
  const companies = { ...state.companies };
  for (const [control, value] of Object.entries(before)) {
    const key = registry.controls.get(control)?.company;
    const company = key === undefined ? undefined : companies[key];
    if (key === undefined || company === undefined || !isOptedOut(company) || control in company.prior) continue;
    companies[key] = { ...company, prior: { ...company.prior, [control]: value } };
  }
  return { ...state, companies };
}

function applied(state: ContactState, { written, lifted }: AppliedEntry): ContactState {
  const companies = { ...state.companies };
  for (const [key, optOutAt] of Object.entries(lifted)) {
    const company = companies[key];
    if (company !== undefined) companies[key] = { ...company, liftedOptOut: optOutAt };
  }
  const known = { ...state.written };
  for (const [control, { direction, ...when }] of Object.entries(written)) {
    known[control] = { ...known[control], [direction]: when };
  }
  return { ...state, companies, written: known, unconverged: false };
}

import { type ControlKey, type ControlValue, closedValue } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import { applyChanges } from './apply-changes.ts';
import type { AppliedEntry, LedgerEntry } from './entry.ts';
import { type CompanyState, type ContactState, isOptedOut, nothingKnown, priorKey } from './state.ts';

/** The state that a contact's ledger amounts to. Pure: same entries, same state. */
export function replay(entries: readonly LedgerEntry[], registry: Registry): ContactState {
  return entries.reduce((state, entry) => after(state, entry, registry), nothingKnown);
}

function after(state: ContactState, { body, recordedAt, addressHash }: LedgerEntry, registry: Registry): ContactState {
  switch (body.kind) {
    case 'decision':
      return {
        ...applyChanges(state, body.changes),
        seen: body.signal === undefined ? state.seen : new Set([...state.seen, body.signal.id]),
        unconverged: state.unconverged || body.converge,
      };
    case 'planned':
      return notePrior(
        { ...state, written: intended(state, body.intended, recordedAt, registry) },
        body.before,
        registry,
        addressHash,
      );
    case 'applied':
      // What is told late may be of an address that the contact had; its plan told what was there before.
      return applied(
        body.unfinished === true ? state : notePrior(state, body.before, registry, addressHash),
        body,
        registry,
      );
  }
}

/** Echoes may come late; of so many writes of a control one is still known. */
const KEPT_WRITES = 10;

/** How long after its plan a write may still land: a worker lives no longer. */
export const WRITE_MAY_TAKE_MS = 60_000;

/** Until `applied` tells when exactly, a planned write may be any moment's: its echo can come first, its worker can have died. */
function intended(
  state: ContactState,
  values: Record<ControlKey, ControlValue>,
  recordedAt: number,
  registry: Registry,
): ContactState['written'] {
  const written = { ...state.written };
  for (const [key, value] of Object.entries(values)) {
    const control = registry.controls.get(key)?.control;
    if (control === undefined) continue;
    const direction = value === closedValue(control) ? 'closed' : 'open';
    const when = { at: recordedAt, from: recordedAt, until: recordedAt + WRITE_MAY_TAKE_MS, planned: true as const };
    written[key] = { ...written[key], [direction]: [...(written[key]?.[direction] ?? []), when].slice(-KEPT_WRITES) };
  }
  return written;
}

/** Keeps the first value seen under a standing opt-out: that is the one from before the fan-out (R6). */
function notePrior(
  state: ContactState,
  before: Record<ControlKey, ControlValue>,
  registry: Registry,
  address: string | undefined,
): ContactState {
  const companies = { ...state.companies };
  for (const [control, value] of Object.entries(before)) {
    const key = registry.controls.get(control)?.company;
    const company = key === undefined ? undefined : companies[key];
    const place = priorKey(control, address);
    if (key === undefined || company === undefined || !isOptedOut(company) || place in company.prior) continue;
    const definition = registry.controls.get(control)?.control;
    // What an audit found closed may have been closed for years by the opt-out itself: its earlier state is unknown.
    const unknown = company.optOut?.source.channel === 'audit' && definition && value === closedValue(definition);
    companies[key] = { ...company, prior: { ...company.prior, [place]: unknown ? null : value } };
  }
  return { ...state, companies, ...(address !== undefined && { address }) };
}

function applied(state: ContactState, { written, lifted, unfinished }: AppliedEntry, registry: Registry): ContactState {
  const companies = { ...state.companies };
  let undone = false;
  for (const control of unfinished === true ? Object.keys(written) : []) {
    // What this closed after the owner's return was written has to be lifted again.
    const key = registry.controls.get(control)?.company ?? '';
    const closing = written[control];
    if (!(key in companies) || closing?.direction !== 'closed') continue;
    if (closing.at < (state.written[control]?.open?.at(-1)?.at ?? 0)) continue;
    const { liftedOptOut: _, ...company } = companies[key] as CompanyState;
    companies[key] = company;
    undone = true;
  }
  for (const [key, optOutAt] of Object.entries(lifted)) {
    const company = companies[key];
    if (company !== undefined) companies[key] = { ...company, liftedOptOut: optOutAt };
  }
  const known = { ...state.written };
  for (const [control, { direction, ...when }] of Object.entries(written)) {
    const confirmed = (known[control]?.[direction] ?? []).filter(({ planned }) => !planned);
    known[control] = { ...known[control], [direction]: [...confirmed, when].slice(-KEPT_WRITES) };
  }
  return { ...state, companies, written: known, unconverged: undone || (unfinished === true && state.unconverged) };
}

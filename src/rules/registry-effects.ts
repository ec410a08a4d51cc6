import { successorOf } from '../registry/difference.ts';
import { controlIn, type Registry } from '../registry/registry.ts';
import { desiredControls } from './desired-controls.ts';
import type { LedgerEntry } from './entry.ts';
import { replay } from './evolve.ts';
import { type ContactState, isOptedOut } from './state.ts';

/** In the order in which people want to see them. */
export const EFFECTS = ['forgets', 'opens', 'frees', 'leaves', 'closes'] as const;

/**
 * What another registry means for one person:
 * - `forgets`: the opt-out of a company that the new registry does not know any more.
 * - `opens`: a control is given back what it held before.
 * - `frees`: a control is held closed no longer; it stays as it is until somebody opens it.
 * - `leaves`: a control that is held closed leaves the registry; nobody looks after it any more.
 * - `closes`: a control is closed because of a standing opt-out.
 * `place`: the company's key, otherwise the control's.
 */
export type Effect = { kind: (typeof EFFECTS)[number]; place: string };

/** What changes for a person by the ledger alone; what HubSpot holds is not asked. Pure. */
export function effectsOf(entries: readonly LedgerEntry[], from: Registry, to: Registry): Effect[] {
  const before = replay(entries, from);
  const after = replay(entries, to);
  const held = desiredControls(before, from);
  const next = desiredControls(after, to);
  const ended = [...held].flatMap(([key, { to: wish }]): Effect[] => {
    if (wish !== 'closed') return [];
    const control = controlIn(key, to);
    if (control === undefined) return [{ kind: 'leaves', place: key }];
    return next.has(control.key) ? [] : [{ kind: 'frees', place: control.key }];
  });
  const begun = [...next].flatMap(([key, { to: wish }]): Effect[] => {
    const was = [...held].find(([old]) => controlIn(old, to)?.key === key)?.[1].to;
    if (wish === 'closed') return was === 'closed' ? [] : [{ kind: 'closes', place: key }];
    return was === undefined || was === 'closed' ? [{ kind: 'opens', place: key }] : [];
  });
  return [...forgotten(before, after, from, to), ...begun, ...ended];
}

function forgotten(before: ContactState, after: ContactState, from: Registry, to: Registry): Effect[] {
  const optedOut = ({ companies }: ContactState, registry: Registry) =>
    Object.entries(companies)
      .filter(([key, company]) => registry.companies.has(key) && isOptedOut(company))
      .map(([key]) => key);
  const stillThere = new Set(optedOut(after, to));
  return optedOut(before, from)
    .filter((key) => !to.companies.has(key) && !stillThere.has(successorOf(key, from, to) ?? key))
    .map((place) => ({ kind: 'forgets', place }));
}

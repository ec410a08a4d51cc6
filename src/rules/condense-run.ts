import type { LedgerEntry } from './entry.ts';
import { KEPT_WRITES } from './own-write.ts';
import type { Repeat } from './repeats.ts';

/**
 * Of repeats that follow one another with nothing in between, those that a fold can need, whatever the registry is and whatever comes later.
 * Each reason stands in a function of its own (docs/decisions/0083-a-snapshot-bounds-reading.md).
 *
 * `refused`: controls of which an opening was refused before the run.
 */
export function neededOf(run: readonly Repeat[], refused: ReadonlySet<string>): ReadonlySet<Repeat> {
  return new Set([
    ...ends(run),
    ...newestClosings(run),
    ...newestRefusals(run),
    ...openRefusals(run),
    ...countedClosings(run, refused),
    ...firstFoundAfterRefusals(run),
    ...firstOfEachKind(run),
    ...firstWithEachAddress(run),
  ]);
}

/** Since when the record holds an address, and until when it was seen to (R8). */
function ends(run: readonly Repeat[]): Repeat[] {
  return [...run.slice(0, 1), ...run.filter(isAboutAddress).slice(0, 1), ...run.filter(isAboutAddress).slice(-1)];
}

const isAboutAddress = ({ kind }: Repeat) => kind !== 'refusal';

/** By the newest writes of a control our own writes are known. */
function newestClosings(run: readonly Repeat[]): Repeat[] {
  const kept = new Map<string, number>();
  return run.toReversed().filter(({ kind, controls }) => {
    if (kind !== 'closing') return false;
    const isNeeded = controls.some((control) => (kept.get(control) ?? 0) < KEPT_WRITES);
    for (const control of controls) kept.set(control, (kept.get(control) ?? 0) + 1);
    return isNeeded;
  });
}

/** The newest refusal of a control counts, and HubSpot is looked at once more after the newest of all (R5). */
function newestRefusals(run: readonly Repeat[]): Repeat[] {
  const nameOf = ({ controls, outcome }: Repeat) => `${controls.join()} ${outcome}`;
  return lastOfEach(run.filter(({ kind }) => kind === 'refusal').map((one) => [nameOf(one), one]));
}

/** Refusals that nothing followed yet: what HubSpot does not hold yet is counted as late, until an entry says that HubSpot does. */
function openRefusals(run: readonly Repeat[]): Repeat[] {
  return run.slice(run.findLastIndex(isAboutAddress) + 1);
}

const lastOfEach = (named: readonly (readonly [string, Repeat])[]): Repeat[] => [...new Map(named).values()];

/** The closings since a control's newest refusal are counted (R5). */
function countedClosings(run: readonly Repeat[], refusedBefore: ReadonlySet<string>): Repeat[] {
  const refused = new Set(refusedBefore);
  for (const one of run) if (isRefused(one)) for (const control of one.controls) refused.add(control);
  const overtaken = new Set<string>();
  return run.toReversed().filter((one) => {
    if (isRefused(one)) for (const control of one.controls) overtaken.add(control);
    return one.kind === 'closing' && one.controls.some((control) => refused.has(control) && !overtaken.has(control));
  });
}

export const isRefused = ({ kind, outcome }: Repeat): boolean => kind === 'refusal' && outcome === 'refused';

/** HubSpot holds what was demanded: the oldest entry that says so holds for every address for which a later one does. */
function firstFoundAfterRefusals(run: readonly Repeat[]): Repeat[] {
  const after = run.slice(run.findLastIndex(({ kind }) => kind === 'refusal') + 1);
  return after.filter(isAboutAddress).slice(0, 1);
}

/**
 * What a control held before it was closed is what was seen first (R6). After something new was seen each kind of repeat may say something
 * else than before, once.
 */
function firstOfEachKind(run: readonly Repeat[]): Repeat[] {
  const known = new Set<string>();
  const since = new Set<string>();
  return run.filter((one) => {
    const name = kindOf(one);
    if (since.has(name)) return false;
    if (!known.has(name)) since.clear();
    known.add(name);
    since.add(name);
    return true;
  });
}

/** Two repeats of one kind tell of the same controls in the same places. */
function kindOf({ kind, controls, entries }: Repeat): string {
  return JSON.stringify(kind === 'refusal' ? [kind, controls] : [kind, entries.map(toldBy)]);
}

function toldBy({ body }: LedgerEntry): unknown {
  if (body.kind === 'decision') return [];
  const { before, placed = {} } = body;
  const values = body.kind === 'applied' ? body.after : body.intended;
  return [namesOf(before), namesOf(values), namesOf(placed).map((control) => [control, placed[control]])];
}

const namesOf = (values: object): string[] => Object.keys(values).toSorted((a, b) => (a < b ? -1 : 1));

/** HubSpot is asked for each address that the contact is known to have had. */
function firstWithEachAddress(run: readonly Repeat[]): Repeat[] {
  const known = new Set<string>();
  return run.filter(({ entries }) => {
    const found = entries.flatMap(({ personal }) => personal?.address ?? []).filter((one) => !known.has(one));
    for (const one of found) known.add(one);
    return found.length > 0;
  });
}

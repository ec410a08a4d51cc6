import { iso } from '../../src/clocks.ts';
import { type ControlKey, type ControlValue, closedValue, isNeverSet } from '../../src/registry/control.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { Desired } from '../../src/rules/desired.ts';
import { desiredControls } from '../../src/rules/desired-controls.ts';
import { type ContactState, companyState } from '../../src/rules/state.ts';
import type { Column, Layout } from './layout.ts';

/** What HubSpot holds of one person. */
export type Held = {
  contact: string;
  email: string;
  record: 'living' | 'deleted' | 'erased' | 'merged' | 'unknown';
  /** The record of which this one became part. */
  mergedInto?: string;
  portalWide: boolean;
  /** By control; one that is missing could not be seen. */
  values: Readonly<Record<ControlKey, ControlValue>>;
  /** Statuses of buyer service mail, by the type's id. */
  protectedValues: Readonly<Record<number, ControlValue>>;
};

/** Of all controls of a cell: closed, open, none ever set, some closed and some not, or not to be seen. */
export type Shown = 'closed' | 'open' | 'unset' | 'mixed' | 'unknown';
export type Cell = {
  held: Shown;
  /** What the ledger wants HubSpot to hold; `free`: it has no say. */
  wanted: 'closed' | 'open' | 'free';
  /** Whether HubSpot holds what the ledger wants. */
  settled: boolean;
  /** A "no" to this brand or newsletter alone (R2). */
  ownNo: boolean;
  /** Until when something waits here: a grace (R5) or a confirmation (R7). ISO 8601. */
  waitsUntil?: string;
};
export type Row = Omit<Held, 'values'> & { cells: Record<string, Cell> };

/** A person's row: what HubSpot holds beside what the ledger wants, for each column. Pure. */
export function rowOf(held: Held, state: ContactState, layout: Layout, registry: Registry): Row {
  const desired = desiredControls(state, registry);
  const { values, ...person } = held;
  const columns = layout.companies.flatMap((company) => company.columns);
  return {
    ...person,
    cells: Object.fromEntries(
      columns.map((column) => [column.key, cellOf(column, { values, desired, state, registry })]),
    ),
  };
}

type Seen = {
  values: Held['values'];
  desired: ReadonlyMap<ControlKey, Desired>;
  state: ContactState;
  registry: Registry;
};

function cellOf({ company, brand, controls }: Column, { values, desired, state, registry }: Seen): Cell {
  const keys = controls.map(({ key }) => key);
  const shown = keys.map((key) => shownOf(key, values[key], registry));
  const wishes = keys.flatMap((key) => desired.get(key) ?? []);
  const { awaiting, grace } = companyState(state, company);
  const waits = [
    ...keys.flatMap((key) => (grace[key] === undefined ? [] : [iso(grace[key].until)])),
    ...(brand === undefined ? awaiting.map(({ until }) => iso(until)) : []),
  ];
  return {
    held: together(shown),
    wanted: wishes.some(({ to }) => to === 'closed') ? 'closed' : wishes.length > 0 ? 'open' : 'free',
    settled: keys.every((key, i) => holds(desired.get(key), shown[i])),
    ownNo: keys.some((key) => state.ownNo[key] !== undefined),
    ...(waits[0] !== undefined && { waitsUntil: waits[0] }),
  };
}

function shownOf(key: ControlKey, value: ControlValue | undefined, registry: Registry): Shown {
  const placed = registry.controls.get(key);
  if (value === undefined || placed === undefined) return 'unknown';
  if (value === closedValue(placed.control)) return 'closed';
  return isNeverSet(value, placed.control) ? 'unset' : 'open';
}

function together(shown: readonly Shown[]): Shown {
  if (shown.length === 0 || shown.includes('unknown')) return 'unknown';
  if (shown.every((one) => one === 'closed')) return 'closed';
  if (shown.includes('closed')) return 'mixed';
  return shown.includes('open') ? 'open' : 'unset';
}

function holds(wish: Desired | undefined, shown: Shown | undefined): boolean {
  if (wish === undefined || shown === 'unknown') return true;
  return wish.to === 'closed' ? shown === 'closed' : shown !== 'closed';
}

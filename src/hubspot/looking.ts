import type { PlacedControl } from '../registry/registry.ts';
import type { Wanted } from '../rules/next-step.ts';

/**
 * What to look at. `remembered`: the address as the ledger remembers it, for a contact that is gone. `lastHeld`: the address (keyed
 * hash) that the ledger takes for the contact's; HubSpot's history is asked where the contact has another one. `former`: addresses
 * that the contact had; with them the history is always asked, and their statuses are read; 'unknown': the ledger knows nothing of the
 * contact, and the history is asked where the record was changed since it was created.
 */
export type Looking = Wanted & { remembered?: string; lastHeld?: string; former?: readonly string[] | 'unknown' };

/** The controls whose values are asked for. */
export function controlsOf({ desired, unknown = [] }: Looking): PlacedControl[] {
  return [...[...desired.values()].map(({ control }) => control), ...unknown.map(({ control }) => control)];
}

/** Only where something may be opened, or nothing is known yet, the portal-wide flag and its time matter. */
export function asksForFlag({ desired, identify }: Looking): boolean {
  return identify || [...desired.values()].some(({ to }) => to !== 'closed');
}

export function asksForStatuses({ desired, identify }: Looking): boolean {
  return identify || [...desired.values()].some(({ control }) => control.control.kind === 'subscription');
}

import type { ControlKey } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';

/** What a writer reports of a control that it did not write because of R3. */
export const PROTECTED = 'PROTECTED';

/**
 * R3: buyer service mail is never touched. The one guard: both planners and the writers of statuses and properties ask it about
 * every control, whatever a state demands.
 */
export function mayBeWritten(key: ControlKey, { protectedControls }: Pick<Registry, 'protectedControls'>): boolean {
  return !protectedControls.has(key);
}

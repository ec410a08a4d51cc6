import { type ContactState, isOptedOut } from '../../../src/rules/state.ts';

/**
 * When something was decided or planned, as the contact's own ledger tells. The first that fits counts:
 * - `audit`: while an audit runs;
 * - `write under way`: a write of ours was planned, and nobody has told yet whether it happened;
 * - `opted out`: the opt-out of at least one company stands;
 * - `came back`: there was an opt-out, and none stands;
 * - `nothing said`: no opt-out yet.
 */
export const PHASES = ['nothing said', 'opted out', 'came back', 'write under way', 'audit'] as const;
export type Phase = (typeof PHASES)[number];

export function phaseOf(state: ContactState, isAuditRunning: () => boolean): Phase {
  if (isAuditRunning()) return 'audit';
  if (isWriting(state)) return 'write under way';
  const companies = Object.values(state.companies);
  if (companies.some(isOptedOut)) return 'opted out';
  return companies.some(({ optOut }) => optOut !== undefined) ? 'came back' : 'nothing said';
}

function isWriting({ written }: ContactState): boolean {
  return Object.values(written).some(
    ({ closed, open }) => closed?.at(-1)?.planned === true || open?.at(-1)?.planned === true,
  );
}

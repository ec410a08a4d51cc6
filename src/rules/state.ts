import type { ControlKey, ControlValue } from '../registry/control.ts';
import type { SignalSource } from '../signals/signal.ts';

/** The owner's return by a form of the company (R4), at the time of the submission. */
export type Return = { at: number; form: string; brand?: string; newsletter?: string; page?: string };

/** A submission that waits for the owner's own confirmation (R7). */
export type Awaiting = Return & { until: number };

/** An opt-in ascribed to a form whose submission event has not come yet (R4/R5). */
export type Grace = { at: number; until: number; source: SignalSource };

/** Where one person stands with one company. */
export type CompanyState = {
  optOut?: { at: number; source: SignalSource };
  /** When the company was closed for the owner: the first opt-out since the last lift, ms. */
  closedSince?: number;
  /** Returns later than the newest opt-out; those of a company that nobody opted out of are kept for late opt-outs. */
  returns: Return[];
  awaiting: Awaiting[];
  /** The opt-out (its time) whose lift HubSpot already holds. */
  liftedOptOut?: number;
  /** What each control held before the fan-out closed it, by `priorKey`: what R6 restores from; null where that is unknown. */
  prior: Record<string, ControlValue | null>;
  grace: Record<ControlKey, Grace>;
};

/**
 * The time of one write of ours: HubSpot's own (`at`), and ours around the call. Milliseconds. `planned`: it was about to be
 * written; whether and when it was, nobody has told yet.
 */
export type Written = { at: number; from: number; until: number; planned?: true };

/** Everything the ledger says about one contact. */
export type ContactState = {
  companies: Record<string, CompanyState>;
  /** The newest "no" to a single brand or newsletter (R2): a lift with an older submission leaves it alone. */
  ownNo: Record<ControlKey, number>;
  /** When we last wrote each control, either way, oldest first: how echoes are known. */
  written: Record<ControlKey, { closed?: readonly Written[]; open?: readonly Written[] }>;
  confirmedAt?: number;
  /** Keyed hash of the address whose statuses were looked at last. */
  address?: string;
  /** Ids of the signals that were decided. */
  seen: ReadonlySet<string>;
  /** True while a decision has not yet been seen to hold in HubSpot. */
  unconverged: boolean;
  /** When another contact last became part of this one (R8), ms. */
  mergedAt?: number;
  /** The contact is part of another one since a merge (R8): that one's ledger goes on. */
  mergedInto?: string;
  /** The contact's record was deleted in HubSpot; statuses of the address outlive it. */
  gone?: boolean;
  /** Deleted for privacy: no personal data may be recorded any more. */
  erased?: boolean;
};

export const nothingKnown: ContactState = {
  companies: {},
  ownNo: {},
  written: {},
  seen: new Set(),
  unconverged: false,
};

/** The name of a control's prior value: a subscription type has one for each address (keyed hash), since another was never asked. */
export function priorKey(control: ControlKey, address: string | undefined): string {
  return address === undefined || control.startsWith('property:') ? control : `${control} of ${address}`;
}

const nobody: CompanyState = { returns: [], awaiting: [], prior: {}, grace: {} };

export function companyState(state: ContactState, company: string): CompanyState {
  return state.companies[company] ?? nobody;
}

/** Whether the company's opt-out stands: no later return by its owner (R4); with equal times the "no" wins (R9). */
export function isOptedOut({ optOut, returns }: CompanyState): boolean {
  return optOut !== undefined && !returns.some(({ at }) => at > optOut.at);
}

/** Whether the owner has come back and HubSpot does not hold it yet. */
export function isLiftDue(company: CompanyState): boolean {
  return company.optOut !== undefined && !isOptedOut(company) && company.liftedOptOut !== company.optOut.at;
}

import type { HubSpotTime, OurTime } from '../clocks.ts';
import type { ControlKey, ControlValue } from '../registry/control.ts';
import type { SignalSource } from '../signals/signal.ts';
import { isNews, noWins } from './order.ts';

/**
 * How a return was proved: by the event alone, by HubSpot's list of the form's submissions, or by the owner's confirmation on top of
 * either. Keyed hashes of the submission's id, and of the consent text where HubSpot shows it. Entries of before have no proof.
 */
export type Proof = { by: 'event' | 'list' | 'confirmation'; submission?: string; consentText?: string };

/** An address (keyed hash) that a contact's record held, and since when (R8). */
export type Holding = { hash: string; from: HubSpotTime };

/**
 * The owner's return by a form of the company (R4), at the time of the submission. `by`: keyed hash of the submitted address; of
 * entries of older versions the decision's own `addressHash` tells the address.
 */
export type Return = {
  at: HubSpotTime;
  form: string;
  by?: string;
  brand?: string;
  newsletter?: string;
  page?: string;
  proof?: Proof;
  /** When the owner confirmed the submission (R7): until then the opt-out stood. */
  confirmedAt?: HubSpotTime;
  /** Heard of after a lift of a later submission: what this one names is still to be opened. Never in the ledger. */
  late?: true;
};

/** A submission that waits for the owner's own confirmation (R7), which must come by `until`, and after the submission arrived here. */
export type Awaiting = Return & { until: HubSpotTime; arrivedAt?: OurTime };

/** An opt-in ascribed to a form whose submission event has not come yet (R5); refused when none has come by `until`. */
export type Grace = { at: HubSpotTime; until: OurTime; source: SignalSource };

/** A submission that was only noted (R4): of which form, when, and when it was recorded. `by`: keyed hash of the submitted address. */
export type Noted = { form: string; at: HubSpotTime; recordedAt: OurTime; by?: string };

/**
 * A submission for which HubSpot sent a mail with a link, if its form demands double opt-in (R7): of which form, and when. `heardAt`: when the first
 * event that told of the submission was recorded.
 */
export type Mail = { form: string; at: HubSpotTime; heardAt?: OurTime };

/** A refusal of an opening (R5): of which source, when it was recorded, and how often the control was closed since. */
export type Refusal = { by: string; since: OurTime; closings: number };

/** Where one contact stands with one company. */
export type CompanyState = {
  /** `taken`: another contact's opt-out, which came with a merge or an address (R8). */
  optOut?: { at: HubSpotTime; source: SignalSource; taken?: true };
  /** When the company was closed for the contact: the first opt-out since the last lift. */
  closedSince?: HubSpotTime;
  /** Returns later than the newest opt-out, oldest first; without an opt-out they are kept for one that is heard of late. */
  returns: Return[];
  awaiting: Awaiting[];
  /** Submissions whose time to be confirmed is over: a click of that time may be heard of late, and then counts. */
  expired?: readonly Awaiting[];
  /** The opt-out (its time) whose lift HubSpot already holds. */
  liftedOptOut?: HubSpotTime;
  /** What each control held before the fan-out closed it, by `priorKey`: what R6 restores from; null where that is unknown. */
  prior: Record<string, ControlValue | null>;
  grace: Record<ControlKey, Grace>;
  /** Controls whose opening has had its grace under the newest opt-out: there is one only. */
  graced?: readonly ControlKey[];
  /** Controls that somebody opened while the opt-out stood, though no webhook told: never in the ledger, only as HubSpot shows (R5). */
  openedUnheard?: readonly ControlKey[];
  /** The newest return that HubSpot already holds, when the opt-out's lift is applied. */
  liftedUpTo?: HubSpotTime;
};

/**
 * When we wrote a control: by HubSpot's clock (`at`), and by ours around the call. `planned`: the write was about to begin;
 * nobody has told yet whether and when it happened, and `at` is the time of the plan. `source`: HubSpot's word for who wrote.
 */
export type Written = { at: HubSpotTime; from: OurTime; until: OurTime; planned?: true; source?: string };

/** What the ledger says about one contact, as it counts for one address (R8). */
export type ContactState = {
  /** The address (keyed hash) for which all this counts; undefined while nobody has seen an address of the contact. */
  address?: string;
  /** The addresses that the record held, oldest first. */
  holdings: readonly Holding[];
  companies: Record<string, CompanyState>;
  /** The newest "no" to a single brand or newsletter (R2): a lift with an older submission leaves the control alone. */
  ownNo: Record<ControlKey, HubSpotTime>;
  /** When we last wrote each control, either way, oldest first: by this our own writes are known. */
  written: Record<ControlKey, { closed?: readonly Written[]; open?: readonly Written[] }>;
  /** The owner's newest confirmation of the address (R7). */
  confirmedAt?: HubSpotTime;
  /** The companies that `confirmedAt` has been used for, or could have been meant for (R7: one click, one company). */
  confirmedFor?: readonly string[];
  /** Ids of the signals that were decided. */
  seen: ReadonlySet<string>;
  /** Submissions by which nothing was to be lifted, the newest ones: an older opt-out may be heard of after them. */
  noted?: readonly Noted[];
  /** Submissions for which a mail with a link may have been sent, whatever became of them, the newest ones of each form (R7). */
  mails?: readonly Mail[];
  /** The newest refusal of an opening of each control (R5). */
  refusals?: Readonly<Record<ControlKey, Refusal>>;
  /** Controls that HubSpot refused to open in the newest lift: they stay closed though the owner came back. */
  leftClosed?: readonly ControlKey[];
  /** When HubSpot is looked at once more after a refusal (R5): what HubSpot shows may be seconds old. */
  lookAgainAt?: OurTime;
  /** True while a decision has not yet been seen to hold in HubSpot. */
  unconverged: boolean;
  /** When another contact last became part of this one (R8). */
  mergedAt?: HubSpotTime;
  /** The contact is part of another one since a merge (R8), whose ledger goes on. */
  mergedInto?: string;
  /** The contact's record was deleted in HubSpot; statuses of the address outlive the record. */
  gone?: boolean;
  /** When the record was deleted, while it is gone. */
  goneAt?: HubSpotTime;
  /** Deleted for privacy: no personal data may be recorded any more. */
  erased?: boolean;
};

export const nothingKnown: ContactState = {
  holdings: [],
  companies: {},
  ownNo: {},
  written: {},
  seen: new Set(),
  unconverged: false,
};

const nobody: CompanyState = { returns: [], awaiting: [], prior: {}, grace: {} };

export function companyState(state: ContactState, company: string): CompanyState {
  return state.companies[company] ?? nobody;
}

/** Whether the ledger holds any opt-out, return or "no" of the contact. */
export const isAnythingSaid = ({ companies, ownNo }: Pick<ContactState, 'companies' | 'ownNo'>): boolean =>
  Object.keys(companies).length > 0 || Object.keys(ownNo).length > 0;

/** Since when the company is closed for the contact: the first opt-out since the last lift; entries of older versions know the newest. */
export function closedFrom({
  closedSince,
  optOut,
}: Pick<CompanyState, 'closedSince' | 'optOut'>): HubSpotTime | undefined {
  return closedSince ?? optOut?.at;
}

/** Whether the company's opt-out stands: no later return by the owner (R4, R9). */
export function isOptedOut({ optOut, returns }: Pick<CompanyState, 'optOut' | 'returns'>): boolean {
  return optOut !== undefined && returns.every(({ at }) => noWins(optOut.at, at));
}

/** Whether the owner has come back, or after that has named a brand in a form, and HubSpot does not hold that yet. */
export function isLiftDue(company: CompanyState): boolean {
  if (company.optOut === undefined || isOptedOut(company)) return false;
  return company.liftedOptOut !== company.optOut.at || company.returns.some((back) => namesMore(back, company));
}

/** A form after the lift that names a brand or newsletter: what the fan-out closed and the lift left closed is opened. */
function namesMore(back: Return, company: CompanyState): boolean {
  return back.brand !== undefined && company.liftedUpTo !== undefined && isUnlifted(back, company);
}

/** Whether no lift has carried out a return yet, also one that was heard of after a lift of a later submission. */
export function isUnlifted({ at, late }: Return, { liftedUpTo }: Pick<CompanyState, 'liftedUpTo'>): boolean {
  return late === true || isNews(at, liftedUpTo);
}

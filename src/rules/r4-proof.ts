import { asHubSpotTime, byTime, type HubSpotTime, type OurTime } from '../clocks.ts';
import { isFromFuture, noWins } from './order.ts';
import type { Proof } from './state.ts';

/**
 * R4: a form-submission event proves little: whoever may enrol contacts in a workflow can make the workflow tell of a submission that
 * nobody made. What counts is what stands in HubSpot's list of the form's submissions.
 */

/** A submission as HubSpot's list holds it. `address`: normalised, undefined where none was typed in. */
export type ListedSubmission = {
  id: string;
  at: HubSpotTime;
  address?: string;
  page?: string;
  /** The answers to the form's consent boxes, by subscription type; empty where the form has none or the list tells none. */
  consents: ReadonlyMap<number, boolean>;
  /** The text beside the consent box, where HubSpot shows it. */
  consentText?: string;
};

/** What a submission must be to prove a return. Undefined: no opt-out stands that the submission must be later than. */
export type Sought = {
  address: string;
  after: HubSpotTime | undefined;
  /** When the event arrived: the submission is not later, but for the difference of the clocks. */
  arrivedAt: OurTime;
  /** The time that the event stated, which only chooses among the submissions that would do. */
  stated?: HubSpotTime;
  /** The own subscription type of the company whose form it was at a moment: a consent box of that type must not have been left empty. */
  typeAt?: (at: HubSpotTime) => number | undefined;
};

/** What HubSpot's list says of a submission; nothing while the list may still lag behind. */
export type Found = { submission: ListedSubmission } | 'not-listed' | 'without-consent';

/** Looks for the submission that proves a return: the one of the stated time, else the newest from before the event's arrival. */
export function findSubmission(list: readonly ListedSubmission[], sought: Sought): Found {
  const { address, after, arrivedAt, stated, typeAt } = sought;
  const possible = list
    .filter((one) => one.address === address && !isFromFuture(one.at, arrivedAt) && !noWins(after, one.at))
    .toSorted((a, b) => byTime(b.at, a.at));
  if (possible.length === 0) return 'not-listed';
  const isWilling = ({ at, consents }: ListedSubmission) => {
    const type = typeAt?.(at);
    return type === undefined || consents.get(type) !== false;
  };
  const willing = possible.filter(isWilling);
  const isBefore = ({ at }: ListedSubmission) => at <= asHubSpotTime(arrivedAt);
  const submission = willing.find(({ at }) => at === stated) ?? willing.find(isBefore) ?? willing.at(-1);
  return submission === undefined ? 'without-consent' : { submission };
}

/** Why a return is refused. A sentence for people; the ledger keeps the sentence. */
export type Refused = { refused: string };
export const NOT_LISTED: Refused = {
  refused: 'HubSpot’s list of the form’s submissions shows none by this address after the opt-out: it lifts nothing',
};
export const WITHOUT_CONSENT: Refused = { refused: 'the form’s consent box was left empty: it lifts nothing' };
export const unreadable = (why: string): Refused => ({
  refused: `HubSpot’s list of the form’s submissions cannot be read (${why}), and policy.unverifiedSubmissions refuses what only the event tells`,
});

/** Whether a return is proved. */
export type Outcome = Proof | Refused;

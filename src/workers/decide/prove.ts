import { keyedHash } from '../../address.ts';
import { asHubSpotTime, type HubSpotTime, latest, millis, shifted } from '../../clocks.ts';
import { WaitError } from '../../errors.ts';
import type { List } from '../../hubspot/submissions.ts';
import type { RegisteredForm, Registry } from '../../registry/registry.ts';
import type { Verdict } from '../../rules/decision.ts';
import { ownTypeThen } from '../../rules/form-then.ts';
import {
  findSubmission,
  type ListedSubmission,
  NOT_LISTED,
  type Outcome,
  unreadable,
  WITHOUT_CONSENT,
} from '../../rules/r4-proof.ts';
import type { FormSignal } from '../../signals/signal.ts';
import { withId } from '../../signals/signal-id.ts';
import type { DecideDeps } from './deps.ts';

type Unproved = Extract<Verdict, { kind: 'unproved' }>;
type Deps = Pick<DecideDeps, 'hubspot' | 'lists' | 'registry' | 'addressKey' | 'telemetry' | 'now'>;

/** The list lags behind: it is looked at again with growing gaps, the first one so long, ms. */
const FIRST_GAP_MS = 10_000;
/** HubSpot tries a workflow's call for three days (help, "How do I use webhooks with HubSpot workflows"): an older submission is not the event's. */
const OLDEST_MS = 4 * 24 * 3_600_000;

/**
 * R4: asks HubSpot's list of the form's submissions for the one that the event tells of. Returns the signal as the list states it, and
 * how it is proved or why it is refused. `address`: the contact's, normalised. An event that does not state the time of the newest submission may be of one
 * that the list does not show yet, where an earlier event was of the newest one (`taken`). @throws WaitError while the list may still lag behind.
 */
export async function prove(
  signal: FormSignal,
  { address, after, taken }: Pick<Unproved, 'after' | 'taken'> & { address: string },
  deps: Deps,
): Promise<{ signal: FormSignal; proof: Outcome }> {
  const { lists = deps.hubspot.submissionLists(), registry } = deps;
  const form = registry.forms.get(signal.form) as RegisteredForm;
  const list = await lists.read(form.id, oldestOf(signal, after));
  if ('unreadable' in list) return { signal, proof: unverified(signal, form, list, deps) };
  const found = findSubmission(list.submissions, {
    address,
    after,
    arrivedAt: signal.receivedAt,
    ...(signal.untimed !== true && { stated: signal.occurredAt }),
    typeAt: (at) => ownTypeThen(form.id, at, registry),
  });
  if (found === 'without-consent') return { signal, proof: WITHOUT_CONSENT };
  const age = millis(deps.now()) - millis(signal.receivedAt);
  const left = registry.policy.submissionsMayLagMs - age;
  if (found !== 'not-listed') {
    const listed = asListed(signal, found.submission, deps);
    const isAnother = taken.has(listed.proof.submission) && !statesTime(signal, found.submission);
    if (!isAnother || left <= 0) return listed;
  } else if (left <= 0) return { signal, proof: NOT_LISTED };
  const afterMs = Math.min(Math.max(FIRST_GAP_MS, age), left);
  throw new WaitError('HubSpot’s list does not show the submission yet', { afterMs });
}

/** Whether an event states a submission's time; workflows may state whole seconds. */
function statesTime({ untimed, occurredAt }: FormSignal, { at }: ListedSubmission): boolean {
  const second = Math.floor(millis(at) / 1000) * 1000;
  return untimed !== true && (occurredAt === at || millis(occurredAt) === second);
}

/** What an audit found may be of any age; it stands in the list. */
function oldestOf(
  { source, untimed, occurredAt, receivedAt }: FormSignal,
  after: HubSpotTime | undefined,
): HubSpotTime {
  const isListed = source.channel === 'audit' && untimed !== true;
  const oldest = isListed ? shifted(occurredAt, -1) : asHubSpotTime(shifted(receivedAt, -OLDEST_MS));
  return latest([after, oldest]) ?? oldest;
}

function asListed(signal: FormSignal, listed: ListedSubmission, { addressKey }: Deps) {
  const { untimed: _, ...timed } = signal;
  const { id, at, page, consentText } = listed;
  const proof = {
    by: 'list' as const,
    submission: keyedHash(addressKey, id),
    ...(consentText !== undefined && { consentText: keyedHash(addressKey, consentText) }),
  };
  const asStated = withId({ ...timed, occurredAt: at, ...(page !== undefined && { page }) });
  return { signal: asStated as FormSignal, proof };
}

/** Nobody can look: the policy says whether the event alone counts. The event must then name address and time itself. */
function unverified(
  { address, untimed }: FormSignal,
  form: RegisteredForm,
  list: Extract<List, { unreadable: unknown }>,
  { registry, telemetry }: Deps,
): Outcome {
  telemetry.measure('SubmissionsUnreadable', 1);
  const isEnough = acceptsUnverified(form, registry) && address !== undefined && untimed !== true;
  return isEnough ? { by: 'event' } : unreadable(list.unreadable);
}

/** Without a policy of its own, a form whose owner has to confirm anyway is accepted, any other refused. */
export function acceptsUnverified({ doubleOptIn }: RegisteredForm, { policy }: Registry): boolean {
  return (policy.unverifiedSubmissions ?? (doubleOptIn ? 'accept' : 'refuse')) === 'accept';
}

import { keyedHash, normaliseAddress } from '../../address.ts';
import { asHubSpotTime, type HubSpotTime, hubspotTime, latest, millis, type OurTime, shifted } from '../../clocks.ts';
import type { SubmissionLists } from '../../hubspot/submissions.ts';
import type { RegisteredForm, Registry } from '../../registry/registry.ts';
import { submissionOf } from '../../rules/decision.ts';
import type { Finding } from '../../rules/drift.ts';
import type { LedgerEntry } from '../../rules/entry.ts';
import { replay } from '../../rules/evolve.ts';
import { companiesOfForm, formThen, ownTypeThen } from '../../rules/form-then.ts';
import { heldUntil } from '../../rules/holdings.ts';
import type { Dossier } from '../../rules/next-step.ts';
import { CLOCKS_DIFFER_MS, noWins } from '../../rules/order.ts';
import { findSubmission, type ListedSubmission } from '../../rules/r4-proof.ts';
import { type ContactState, companyState, isOptedOut } from '../../rules/state.ts';
import type { ConfirmationSignal, FormSignal } from '../../signals/signal.ts';
import { withId } from '../../signals/signal-id.ts';
import type { AuditDeps } from './deps.ts';
import type { Former } from './former-addresses.ts';
import type { Seen } from './seen.ts';

/** A return that HubSpot shows and the ledger does not hold, and the signal by which the return can be decided: of a form, or of the owner's click. */
export type UnheardReturn = { finding: Finding; signal: FormSignal | ConfirmationSignal };

/** So far back the lists are read, ms: returns that were lost for longer were reported every night. */
const LOOK_BACK_MS = 30 * 24 * 3_600_000;

type Deps = Pick<AuditDeps, 'registry' | 'addressKey' | 'now'> & { lists: SubmissionLists };

/**
 * R4: submissions by somebody under a standing opt-out that HubSpot lists and the ledger does not know: the workflow's call was lost, or
 * came when nothing was to be lifted. Lists are asked for nobody else; one that cannot be read shows nothing. With an address that the record held `before`
 * its owner may have come back while the record held that address (R8).
 */
export async function unheardReturns(
  { dossier, addresses: [primary] }: Seen,
  before: Former | undefined,
  deps: Deps,
): Promise<UnheardReturn[]> {
  const { entries, state } = dossier;
  if (state.mergedInto !== undefined) return [];
  const owners: Owner[] = primary === undefined ? [] : [{ address: primary, state }];
  for (const [hash, address] of before?.spelt ?? []) {
    const until = heldUntil(hash, before?.held ?? []);
    if (until !== undefined) owners.push({ address, until, state: replay(entries, deps.registry, { address: hash }) });
  }
  const found: UnheardReturn[] = [];
  for (const owner of owners) found.push(...(await returnsOf(owner, dossier, deps)));
  return found;
}

/** Who had an address (as HubSpot spells it) of a record, and what the ledger says for it. `until`: since then the record has another address. */
type Owner = { address: string; state: ContactState; until?: HubSpotTime };

async function returnsOf({ address, state, until }: Owner, dossier: Dossier, deps: Deps): Promise<UnheardReturn[]> {
  const returns: UnheardReturn[] = [];
  for (const { form, company: key } of formsByCompany(deps.registry)) {
    const { optOut, ...company } = companyState(state, key);
    const own = deps.registry.companies.get(key)?.own;
    // A company that the registry knows no more has no type by which its return could be reported.
    if (own === undefined || optOut === undefined || !isOptedOut({ optOut, ...company })) continue;
    const { found, listed } = await newestOf({ form, company: key }, { address, after: optOut.at, until }, deps);
    if (found === undefined || noWins(state.mergedAt, found.at)) continue;
    const arrivedAt = arrivalOf(found, listed, form, dossier.entries) ?? deps.now();
    const signal = signalOf(form, { ...found, arrivedAt }, { contact: dossier.contact, address }, deps);
    if (state.seen.has(signal.id) || isKnown(found, form, dossier.entries, deps)) continue;
    const kind = wasHeard(found, form, dossier.entries) ? 'return-proved-late' : 'return-unheard';
    returns.push({ finding: { kind, contact: dossier.contact, control: own.key }, signal });
  }
  return returns;
}

/** A form, and a company of which the form is, or was before its brand moved. */
type FormOf = { form: RegisteredForm; company: string };

function formsByCompany({ forms }: Registry): FormOf[] {
  return [...forms.values()].flatMap((form) => companiesOfForm(form).map((company) => ({ form, company })));
}

/** Times may lie ahead of an event's arrival by so much; so far before the opt-out the list is read, too, ms. */
const READ_BEFORE_MS = 2 * CLOCKS_DIFFER_MS;

/** The newest submission later than the opt-out, and all that the list shows of the address since a little before. */
async function newestOf(
  { form, company }: FormOf,
  { address, after, until }: { address: string; after: HubSpotTime; until: HubSpotTime | undefined },
  { registry, lists, now }: Deps,
): Promise<{ found?: ListedSubmission; listed: readonly ListedSubmission[] }> {
  // A younger submission's event may still be waiting for the list.
  const arrivedAt = shifted(now(), -registry.policy.submissionsMayLagMs);
  const list = await lists.read(form.id, shifted(latest([after, lookBack(now())]) ?? after, -READ_BEFORE_MS));
  if ('unreadable' in list) return { listed: [] };
  const past = list.submissions.filter(
    ({ at }) =>
      at <= asHubSpotTime(arrivedAt) &&
      (until === undefined || at < until) &&
      formThen(form.id, at, registry)?.company === company,
  );
  // The list's addresses are in the form for comparing.
  const compared = normaliseAddress(address) ?? address;
  const found = findSubmission(past, {
    address: compared,
    after,
    arrivedAt,
    typeAt: (at) => ownTypeThen(form.id, at, registry),
  });
  const listed = list.submissions.filter((one) => one.address === compared);
  return typeof found === 'string' ? { listed } : { found: found.submission, listed };
}

const lookBack = (now: OurTime) => asHubSpotTime(shifted(now, -LOOK_BACK_MS));

function signalOf(
  { id: form }: RegisteredForm,
  { at, page, arrivedAt }: ListedSubmission & { arrivedAt: OurTime },
  who: { contact: string; address: string },
  { registry }: { registry: Registry },
): FormSignal {
  return withId({
    v: 1,
    portal: registry.portal,
    ...who,
    occurredAt: at,
    receivedAt: arrivedAt,
    source: { channel: 'audit', change: 'FORM', id: form },
    kind: 'form',
    form,
    ...(page !== undefined && { page }),
  }) as FormSignal;
}

/**
 * When the event that told of a submission arrived, at the latest, if one did: the owner's click after that confirms the submission (R7), and a time that
 * lies ahead of the arrival makes the submission no newer than it was, however late the audit (R4). An event may state whole seconds, or no time at
 * all: then it is of a submission that states a time some minutes ahead, if the list shows none that the event could have been of, and no later event came.
 */
function arrivalOf(
  { id, at }: ListedSubmission,
  listed: readonly ListedSubmission[],
  form: RegisteredForm,
  entries: readonly LedgerEntry[],
): OurTime | undefined {
  const told = entries.flatMap(({ body, recordedAt }) =>
    body.kind === 'decision' && body.signal?.form === form.id ? [{ stated: body.occurredAt, heardAt: recordedAt }] : [],
  );
  const isWithin = (from: HubSpotTime, to: HubSpotTime) => from <= to && to <= shifted(from, CLOCKS_DIFFER_MS);
  const isOfAnother = (heardAt: HubSpotTime) => listed.some((one) => one.id !== id && isWithin(one.at, heardAt));
  const hasOwnEvent = told.some(({ stated }) => stated >= at);
  const isAhead = (heardAt: HubSpotTime) => !hasOwnEvent && isWithin(heardAt, at) && !isOfAnother(heardAt);
  const second = hubspotTime(Math.floor(millis(at) / 1000) * 1000);
  const of =
    told.find(({ stated }) => stated === at) ??
    told.find(({ stated }) => stated === second) ??
    told.find(({ heardAt }) => isAhead(asHubSpotTime(heardAt)));
  return of?.heardAt;
}

/** Whether a return or a waiting submission of the ledger is this one. */
function isKnown(found: ListedSubmission, form: RegisteredForm, entries: readonly LedgerEntry[], deps: Deps): boolean {
  const submission = keyedHash(deps.addressKey, found.id);
  return entries.some(({ body }) => {
    if (body.kind !== 'decision') return false;
    return body.changes.some((change) => {
      const back = submissionOf(change);
      if (back === undefined) return false;
      return back.proof?.submission === submission || (back.form === form.id && back.at === found.at);
    });
  });
}

/** Whether an event told of it that changed nothing: no opt-out stood then, or the list lagged behind for too long. */
function wasHeard({ at }: ListedSubmission, { id }: RegisteredForm, entries: readonly LedgerEntry[]): boolean {
  return entries.some(
    ({ body }) =>
      body.kind === 'decision' && body.signal?.form === id && body.changes.length === 0 && body.occurredAt >= at,
  );
}

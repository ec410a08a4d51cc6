import { byTime, type HubSpotTime, latest, shifted } from '../clocks.ts';
import type { Registry } from '../registry/registry.ts';
import { applyChanges, ofNewerVersion } from './apply-changes.ts';
import type { AppliedEntry, DecisionEntry, LedgerEntry } from './entry.ts';
import { holdingsOf, sayerOf, withSeen } from './holdings.ts';
import { inRegistry } from './in-registry.ts';
import { isNews } from './order.ts';
import { noteConfirmed, noteIntended, withoutForestalled } from './own-write.ts';
import { countClosings, LOOK_AGAIN_MS, noteRefusal } from './r5-repeated.ts';
import { closedByOthers, forgetPrior, rememberPrior } from './r6-prior.ts';
import { noteMail } from './r7-mails.ts';
import { type Reading, readingFor } from './r8-whose-word.ts';
import { type ContactState, type Holding, isOptedOut, type Noted, nothingKnown } from './state.ts';

/**
 * For which of the record's addresses a ledger is read: a certain one (keyed hash), which the record may be known to have held at a
 * moment, or the one that the record held at a moment.
 */
export type Whose = { address: string; heldAt?: HubSpotTime } | { at: HubSpotTime };

/**
 * The state that a contact's ledger amounts to for one address (R8); default: the address that the record was last known to hold.
 * Pure: same entries, same state.
 */
export function replay(written: readonly LedgerEntry[], registry: Registry, whose?: Whose): ContactState {
  const entries = inRegistry(written, registry);
  const holdings = holdingsFor(whose, entries);
  const address = addressFor(whose, holdings);
  const reading = readingFor(address, entries, holdings);
  const initial: ContactState = { ...nothingKnown, holdings, ...(address !== undefined && { address }) };
  const state = entries.reduce((before, entry) => evolve(before, entry, { registry, reading }), initial);
  const seen = entries.flatMap(({ body }) => (body.kind === 'decision' && body.signal ? [body.signal.id] : []));
  return { ...state, seen: new Set(seen) };
}

function holdingsFor(whose: Whose | undefined, entries: readonly LedgerEntry[]): Holding[] {
  const known = holdingsOf(entries);
  if (whose === undefined || 'at' in whose || whose.heldAt === undefined) return known;
  return withSeen(known, whose.address, whose.heldAt);
}

function addressFor(whose: Whose | undefined, holdings: readonly Holding[]): string | undefined {
  if (whose === undefined) return holdings.at(-1)?.hash;
  return 'address' in whose ? whose.address : sayerOf(holdings, whose.at);
}

type Context = { registry: Registry; reading: Reading };

function evolve(state: ContactState, entry: LedgerEntry, { registry, reading }: Context): ContactState {
  const { body, recordedAt, addressHash } = entry;
  switch (body.kind) {
    case 'decision': {
      const changes = body.changes.flatMap((change) => reading.changeOf(entry, change) ?? []);
      // The holdings are folded from the whole ledger before (`holdingsFor`): an entry alone would forget what was seen after it.
      const changed = { ...goneSince(applyChanges(state, changes), body), holdings: state.holdings };
      const decided = noteMail({ ...changed, unconverged: state.unconverged || body.converge }, { ...entry, body });
      const opened = openedControl(body);
      if (opened !== undefined) {
        // What was opened against the rules is no earlier value (R6), and HubSpot is looked at once more.
        const looking = { ...decided, lookAgainAt: shifted(recordedAt, LOOK_AGAIN_MS) };
        return forgetPrior(noteRefusal(looking, body, recordedAt), opened, registry);
      }
      const form = notedForm(body);
      if (form !== undefined) {
        const by = addressHash !== undefined && { by: addressHash };
        return { ...decided, noted: withNoted(decided.noted, { form, at: body.occurredAt, recordedAt, ...by }) };
      }
      const { refusals: _, ...anew } = decided;
      return changes.some(({ type }) => type === 'return') ? anew : decided;
    }
    case 'planned': {
      const written = noteIntended(state, body.intended, recordedAt, registry);
      return rememberPrior({ ...state, written }, body, addressHash, registry);
    }
    case 'applied': {
      const counted = { ...state, refusals: countClosings(state.refusals, body) };
      // What is told late may be of an address that the contact had; its plan told what was there before.
      // That somebody else closed a control is a fact, whatever failed beside it.
      if (body.unfinished) return unfinished(closedByOthers(counted, body, addressHash, registry), body, registry);
      const remembered = rememberPrior(counted, body, addressHash, registry);
      const closed = closedByOthers(remembered, body, addressHash, registry);
      return reading.isAbout(entry)
        ? applied(closed, body, registry)
        : { ...closed, written: withoutForestalled(noteConfirmed(closed, body.written), body, registry) };
    }
    default:
      throw ofNewerVersion(`an entry of kind ${(body as { kind: string }).kind}`);
  }
}

/** The state with the time of the deletion, while the record is gone. */
function goneSince({ goneAt, ...state }: ContactState, { occurredAt, changes }: DecisionEntry): ContactState {
  if (state.gone !== true) return state;
  const at = changes.some(({ type }) => type === 'gone') ? occurredAt : goneAt;
  return { ...state, ...(at !== undefined && { goneAt: at }) };
}

/** R4: the form by whose submission nothing was to be lifted. */
function notedForm({ rule, outcome, changes, signal }: DecisionEntry): string | undefined {
  return rule === 'R4' && outcome === 'noted' && changes.length === 0 ? signal?.form : undefined;
}

/** So many are kept: a later one of the same form says no less than an earlier one. */
const KEPT_NOTED = 5;

/** Oldest first by their own times, whatever order the submissions were heard of in (R9). */
function withNoted(before: readonly Noted[] = [], one: Noted): readonly Noted[] {
  const known = before.find(({ form }) => form === one.form);
  if (known !== undefined && !isNews(one.at, known.at)) return before;
  const all = [...before.filter(({ form }) => form !== one.form), one];
  return all.sort((a, b) => byTime(a.at, b.at)).slice(-KEPT_NOTED);
}

/** The control of which R5 refused an opening, or lets the opening wait for a form. */
function openedControl({ rule, signal }: DecisionEntry): string | undefined {
  return rule === 'R5' && signal?.to === 'open' ? signal.control : undefined;
}

/** HubSpot holds the desired state. */
function applied(state: ContactState, body: AppliedEntry, registry: Registry): ContactState {
  const { written, lifted, leftAsIs = {} } = body;
  const companies = { ...state.companies };
  for (const [key, optOutAt] of Object.entries(lifted)) {
    const company = companies[key];
    // A lift by a return that does not count for this address lifted nothing here (R8).
    if (company === undefined || isOptedOut(company)) continue;
    const liftedUpTo = latest(company.returns.map(({ at }) => at));
    const returns = company.returns.map(({ late: _, ...back }) => back);
    companies[key] = { ...company, returns, liftedOptOut: optOutAt, ...(liftedUpTo !== undefined && { liftedUpTo }) };
  }
  const noted = withoutForestalled(noteConfirmed(state, written), body, registry);
  const left = Object.keys(lifted).length > 0 && { leftClosed: Object.keys(leftAsIs) };
  return { ...state, companies, written: noted, unconverged: false, ...left };
}

/** Some writes failed, or a newer decision came meanwhile. What such writes closed after a lift has to be lifted again. */
function unfinished(state: ContactState, body: AppliedEntry, registry: Registry): ContactState {
  const { written, placed } = body;
  const companies = { ...state.companies };
  let undone = false;
  for (const [control, { direction, at }] of Object.entries(written)) {
    const key = placed?.[control] ?? registry.controls.get(control)?.company ?? '';
    const company = companies[key];
    const openedAt = state.written[control]?.open?.at(-1)?.at;
    if (company === undefined || direction !== 'closed' || (openedAt !== undefined && at < openedAt)) continue;
    const { liftedOptOut: _, ...rest } = company;
    companies[key] = rest;
    undone = true;
  }
  return {
    ...state,
    companies,
    written: withoutForestalled(noteConfirmed(state, written), body, registry),
    unconverged: undone || state.unconverged,
  };
}

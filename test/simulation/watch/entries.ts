import { millis } from '../../../src/clocks.ts';
import { closedValue } from '../../../src/registry/control.ts';
import type { PlacedControl } from '../../../src/registry/registry.ts';
import type { Decision } from '../../../src/rules/decision.ts';
import type { DecisionEntry, LedgerEntry } from '../../../src/rules/entry.ts';
import { replay } from '../../../src/rules/evolve.ts';
import { CLOCKS_DIFFER_MS } from '../../../src/rules/order.ts';
import { registry } from '../registry.ts';
import type { World } from '../world/world.ts';
import type { Closings } from './closings.ts';
import { checkRestores } from './restores.ts';
import { shownOptOuts } from './shown.ts';
import type { Violated } from './violation.ts';

/** What HubSpot has shown for so long must be known to a worker that is about to lift, ms. */
const KNOWABLE_MS = 60_000;

type Change = Decision['changes'][number];
type Return = Extract<Change, { type: 'return' }>;

/** All that a check of an entry needs. `decisions`: those that stand before the entry. */
export type Context = {
  world: World;
  closings: Closings;
  violated: Violated;
  entry: LedgerEntry;
  before: readonly LedgerEntry[];
  decisions: readonly DecisionEntry[];
};

/** Every entry as it is appended: R4 on returns, R6 and R9 on whatever is about to be opened. */
export function checkEntry(context: Context): void {
  const { body } = context.entry;
  if (body.kind === 'decision') {
    for (const change of body.changes) if (change.type === 'return') checkReturn(change, context);
    checkOneClick(body, context);
  }
  if (body.kind === 'planned') {
    for (const [key, value] of Object.entries(body.intended)) checkIntended(key, value, context);
  }
}

/**
 * No lift without a submission in HubSpot's list by an address of the contact, later than the opt-out, and confirmed by its owner where
 * the form demands it: clicked after the form really was posted, whatever time the form stated. A merged contact's submission is decided
 * as its survivor's, but never before the truth hears of the merge.
 */
function checkReturn({ company, return: { at, form, by } }: Return, context: Context): void {
  const { world, violated, entry, before } = context;
  const stated = millis(at);
  // A submission that is listed later than the event arrived counts from before the arrival (R9): earlier is never more open.
  // Where no list can be read, somebody may have enrolled the record before the owner filled in the same form: one click confirms both.
  const isListRead = world.scenario.odd?.submissionLists === undefined;
  const isThis = (at: number) => at >= stated && (!isListRead || at - stated <= 2 * CLOCKS_DIFFER_MS);
  const isReal = world.truth.returns(entry.contact, company).some((back) => isThis(back.at) && back.form === form);
  const isListed = world.twin.portal.submissions.of(form).some(({ submittedAt }) => isThis(submittedAt));
  // The return is one of the address that was submitted, which the record may not hold any more (R8).
  const whose = by === undefined ? undefined : { address: by };
  const optOut = replay(before, registry, whose).companies[company]?.optOut?.at;
  const isLater = optOut === undefined || millis(optOut) < stated;
  if (isReal && isListed && isLater) return;
  const why = `form ${form} of ${new Date(stated).toISOString()}, real ${isReal}, listed ${isListed}, later ${isLater}`;
  violated('R4', `contact ${entry.contact} returned to ${company} without the owner’s own form (${why})`);
}

/** R7: one click, one company. */
function checkOneClick({ changes }: DecisionEntry, { violated, entry }: Context): void {
  const isClicked = (change: Change): change is Return =>
    change.type === 'return' && change.return.proof?.by === 'confirmation';
  const companies = new Set(changes.filter(isClicked).map(({ company }) => company));
  if (companies.size > 1)
    violated('R7', `one click of contact ${entry.contact} confirmed ${[...companies].join(', ')}`);
}

function checkIntended(key: string, value: string, context: Context): void {
  const placed = registry.controls.get(key);
  if (placed === undefined) context.violated('(c) protected', `${key} is planned`);
  else if (value !== closedValue(placed.control)) checkOpening(placed, value, context);
}

/** Nothing is opened without a form, nor over an opt-out that shows; and what no form names is only restored. */
function checkOpening(placed: PlacedControl, value: string, context: Context): void {
  const { violated, decisions, entry } = context;
  const returns = decisions
    .flatMap(({ changes }) => changes)
    .flatMap((change) => (change.type === 'return' && change.company === placed.company ? [change.return] : []));
  if (returns.length === 0) {
    violated('(b) no opening without a form', `${placed.key} of contact ${entry.contact}`);
    return;
  }
  checkIsNoOverride(placed, returns, context);
  if (returns.some((back) => isNamedBy(back, placed))) return;
  if (placed.newsletter === undefined) checkRestores(placed, value, context);
  else violated('R6', `newsletter ${placed.key} of contact ${entry.contact} would be opened, though no form names it`);
}

/** A form opens what it names: the company, or one brand of it, or one newsletter of that brand. */
function isNamedBy(back: Return['return'], { brand, newsletter }: PlacedControl): boolean {
  if (brand === undefined) return true;
  return back.brand === brand && (newsletter === undefined || newsletter === back.newsletter);
}

function checkIsNoOverride({ key, company }: PlacedControl, returns: readonly Return['return'][], context: Context) {
  const { world, closings, violated, entry } = context;
  const shown = shownOptOuts(world, (one) => closings.isOurs(one)).get(`${entry.contact} ${company}`);
  if (shown === undefined || shown >= world.scheduler.now - KNOWABLE_MS) return;
  if (!returns.every(({ at }) => millis(at) <= shown)) return;
  const moment = new Date(shown).toISOString();
  violated('R9', `${key} of contact ${entry.contact} would be opened over the opt-out of ${moment}`);
}

import { millis } from '../../../src/clocks.ts';
import type { PlacedControl } from '../../../src/registry/registry.ts';
import { WRITE_MAY_TAKE_MS } from '../../../src/rules/own-write.ts';
import { registry } from '../registry.ts';
import type { Closing } from './closings.ts';
import type { Context } from './entries.ts';
import { keyOfAddress } from './whose.ts';

/** R6: a control that no form names goes back to what it held before Widerruf closed it, and is never opened further. */
export function checkRestores(placed: PlacedControl, value: string, context: Context): void {
  const { violated, entry, closings } = context;
  if (placed.control.kind === 'property' && wasFoundByAudit(placed, context)) return;
  // What somebody opened against the opt-out goes back to "never set": that opens nothing.
  if (value === 'NOT_SPECIFIED' && foundIn(context, placed.key) === 'SUBSCRIBED') return;
  const keys = keysOf(placed, context);
  const known = keys.flatMap((key) => closings.last(key) ?? []);
  const closing = known.find(({ by }) => by === 'us') ?? known[0];
  const what = `${placed.key} of contact ${entry.contact} would be ${value}`;
  if (closing?.by === 'us') {
    const held = [...closing.before];
    if (held.some((earlier) => isAsOpen(earlier, value, placed))) return;
    violated('R6', `${what}; before the fan-out it was ${held.join(', ')}`);
  } else if (isKnownToLedger(placed, keys, closing, context)) {
    violated('R6', `${what}, though Widerruf did not close it`);
  }
}

const foundIn = ({ entry: { body } }: Context, key: string) => ('before' in body ? body.before[key] : undefined);

/** Whose closings count. An erased contact's entries no longer say which address they are about: then all of its addresses. */
function keysOf({ key, control }: PlacedControl, { world, entry }: Context): string[] {
  const { contact, personal } = entry;
  if (control.kind === 'property') return [`${contact} ${key}`];
  const addresses = personal?.address === undefined ? [...world.truth.person(contact).addresses] : [personal.address];
  return addresses.map((address) => keyOfAddress(address, key));
}

/** An opt-out that only the audit found has no earlier state to go back to. */
function wasFoundByAudit({ company }: PlacedControl, { decisions }: Context): boolean {
  return decisions
    .flatMap(({ changes }) => changes)
    .some(
      (change) =>
        change.type === 'company-opt-out' && change.source.channel === 'audit' && change.companies.includes(company),
    );
}

/** Whether a value that was held before is at least as open as `value`. */
function isAsOpen(earlier: string, value: string, { control }: PlacedControl): boolean {
  if (earlier === value || earlier === 'SUBSCRIBED') return true;
  return control.kind === 'property' && earlier !== 'true';
}

/** Whether the ledger could know that somebody else closed the control, so that opening it again is a fault. */
function isKnownToLedger(
  { key, control }: PlacedControl,
  keys: readonly string[],
  closing: Extract<Closing, { by: 'others' }> | undefined,
  context: Context,
): boolean {
  if (closing === undefined) return true;
  const neverOurs = control.kind === 'subscription' && keys.every((one) => !context.closings.wereEverOurs(one));
  if (neverOurs && !mayBePlanned(key, closing.at, context)) return true;
  return context.decisions.some(
    ({ signal, occurredAt }) => signal?.control === key && signal.to === 'closed' && millis(occurredAt) === closing.at,
  );
}

/** Whether somebody's closing may pass for one of ours that was planned and never landed. */
function mayBePlanned(key: string, at: number, { before }: Context): boolean {
  const { echoWindowMs } = registry.policy;
  return before.some(
    ({ body, recordedAt }) =>
      body.kind === 'planned' &&
      key in body.intended &&
      at >= millis(recordedAt) - echoWindowMs &&
      at <= millis(recordedAt) + WRITE_MAY_TAKE_MS + echoWindowMs,
  );
}

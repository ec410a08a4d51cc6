import type { HubSpotTime, OurTime } from '../clocks.ts';
import { PermanentError, RetryableError } from '../errors.ts';
import type { ControlKey } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import type { AppliedEntry } from './entry.ts';
import type { Write } from './next-step.ts';
import type { ControlWrite } from './plan.ts';
import { mayBeWritten } from './r3-protected.ts';
import type { Sight } from './sight.ts';
import { type ContactState, isLiftDue } from './state.ts';

/**
 * What became of one write: HubSpot's time of the write (undefined: somebody else had done the same before, or, where that is
 * `unsure`, an earlier try of ours); why HubSpot will never accept the write; why another try may help; or what failed when the call
 * as a whole did.
 */
export type WriteResult =
  | { at: HubSpotTime | undefined; source?: string; unsure?: true }
  | { refused: string }
  | { failed: string }
  | { thrown: unknown };

/** By control; writes at other addresses by `otherKey`. */
export type WriteResults = ReadonlyMap<string, WriteResult>;

/** Names the result of a write at another address; the address itself stays out of the name. */
export function otherKey({ control }: ControlWrite, index: number): string {
  return `${control.key} (${index})`;
}

/** A step that was carried out. `span`: our time around the calls. */
export type Written = {
  step: Write;
  state: ContactState;
  sight: Sight;
  span: { from: OurTime; until: OurTime };
};

/** What the ledger records of a step: all is as it must be, or some of it is a fact and `failure` says what happens next. */
export type Recorded = { entry: AppliedEntry } | { entry: AppliedEntry; failure: unknown };

/** A contact is finished only when HubSpot confirmed every closing. Pure. */
export function entryOf(written: Written, results: WriteResults, registry: Registry): Recorded {
  const { step, state, sight } = written;
  const entry = confirmedWrites(written, results);
  const refused = failuresOf(step, results);
  const unseen = unseenControls(step, sight, registry);
  const failure = refused.failure ?? unseen.failure;
  if (failure !== undefined) {
    const named = Object.keys(refused.closings).length > 0 && { refused: refused.closings };
    return { entry: { ...entry, lifted: {}, unfinished: true, ...named }, failure };
  }
  const leftAsIs = { ...refused.leftAsIs, ...unseen.leftAsIs };
  return {
    entry: {
      ...entry,
      lifted: sight.exists ? liftsOf(state) : {},
      ...(Object.keys(leftAsIs).length > 0 && { leftAsIs }),
    },
  };
}

function confirmedWrites({ step: { plan }, span }: Written, results: WriteResults): AppliedEntry {
  const entry: AppliedEntry = {
    kind: 'applied',
    before: plan.before,
    after: { ...plan.before },
    written: {},
    lifted: {},
    placed: plan.placed,
  };
  for (const { control, value, direction } of plan.writes) {
    const result = results.get(control.key);
    if (result === undefined || !('at' in result)) continue;
    // Whoever was quicker left the control as it must be. Where nobody knows who it was, the plan stays all that is known.
    if (result.unsure) delete entry.after[control.key];
    else entry.after[control.key] = value;
    const { at, source } = result;
    if (at !== undefined) entry.written[control.key] = { direction, at, ...span, ...(source && { source }) };
  }
  return entry;
}

/** What HubSpot did not take. A control that cannot be reopened stays closed, which is never the worse side. */
function failuresOf({ plan, also }: Write, results: WriteResults) {
  const leftAsIs: Record<ControlKey, string> = {};
  const closings: Record<ControlKey, string> = {};
  let failure: unknown;
  const tried = [
    ...plan.writes.map((write) => ({ name: write.control.key, ...write, result: results.get(write.control.key) })),
    ...also.map(({ write }, i) => ({
      name: `${write.control.key} of another address`,
      ...write,
      result: results.get(otherKey(write, i)),
    })),
  ];
  for (const { name, direction, result = { failed: 'it could not be written' } } of tried) {
    if ('at' in result) continue;
    if ('thrown' in result) failure = result.thrown;
    else if ('failed' in result) failure = new RetryableError(`${name}: ${result.failed}`);
    else if (direction === 'open') leftAsIs[name] = result.refused;
    else closings[name] = result.refused;
  }
  const names = Object.keys(closings);
  if (names.length > 0) failure ??= new PermanentError(`HubSpot refuses to close ${names.join(', ')}`);
  return { leftAsIs, closings, failure };
}

/** Controls that could not be seen: passing trouble, or the reason why there is nothing to see. */
function unseenControls({ desired, plan }: Write, sight: Sight, registry: Registry) {
  const leftAsIs: Record<ControlKey, string> = {};
  if (sight.unread) return { leftAsIs, failure: new RetryableError('HubSpot does not show the contact') };
  for (const [key, { control }] of desired) {
    if (key in plan.before) continue;
    if (!mayBeWritten(key, registry)) leftAsIs[key] = 'it is protected (R3)';
    else if (control.control.kind === 'property') leftAsIs[key] = 'HubSpot has no such contact any more';
    else if (sight.address === undefined) leftAsIs[key] = 'the contact has no address, so no statuses';
    else {
      return { leftAsIs, failure: new RetryableError('HubSpot did not give the statuses of the contact’s address') };
    }
  }
  return { leftAsIs };
}

/** Companies to which the owner came back, and the opt-out (its time) that is lifted. */
function liftsOf({ companies }: ContactState): AppliedEntry['lifted'] {
  return Object.fromEntries(
    Object.entries(companies).flatMap(([company, current]) =>
      isLiftDue(current) && current.optOut !== undefined ? [[company, current.optOut.at]] : [],
    ),
  );
}

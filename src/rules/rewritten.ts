import type { ControlSignal } from '../signals/signal.ts';
import type { Clause } from './clause.ts';
import { ignored } from './decision.ts';

/**
 * HubSpot's opt-out properties of a contact show the statuses of the contact's address. When the record gets another address, HubSpot writes them anew, and
 * webhooks tell of that as of any change, at the time of the address's change: nobody said anything then.
 */

/** HubSpot's word for that: "Updated in response to an email address change." (developer docs, sample of a contact's properties). */
const REWRITTEN = /email address change/i;

export const isRewritten = ({ source: { channel, id = '' } }: Pick<ControlSignal, 'source'>): boolean =>
  channel === 'webhook' && REWRITTEN.test(id);

/** Nobody opened anything: the new address is compared with what holds of that address (R8). */
export const openedForAddress: Clause<ControlSignal> = ({ signal }) =>
  isRewritten(signal) ? ignored('already-so', 'identify') : undefined;

/** The "no" may be years old; the status of the address knows since when it stands, and who set it. */
export const closedForAddress: Clause<ControlSignal> = ({ signal, facts }) => {
  const isType = facts.registry.controls.get(signal.control)?.control.kind === 'subscription';
  return isType && facts.shown === undefined && isRewritten(signal) ? { kind: 'look-first' } : undefined;
};

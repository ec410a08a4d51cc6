import { readValueThen } from '../../hubspot/value-then.ts';
import { signalOfValue } from '../../hubspot/webhook-event.ts';
import type { Signal } from '../../signals/signal.ts';
import type { DecideDeps } from './deps.ts';

/**
 * The signal of a change whose value HubSpot kept back, with the value that HubSpot's history of the property tells for the very moment of the change. What
 * HubSpot holds by now may be another: somebody, or a lift of ours, may have changed the property since. Where the history tells nothing, the signal stays
 * unclear, and HubSpot is looked at.
 */
export async function clearedUp(
  signal: Signal,
  { hubspot, registry }: Pick<DecideDeps, 'hubspot' | 'registry'>,
): Promise<Signal> {
  if (signal.kind !== 'lifecycle' || signal.property === undefined) return signal;
  const { id: _, kind, event, property, ...common } = signal;
  const value = await readValueThen(hubspot.send, signal.contact, property, signal.occurredAt);
  return (value === undefined ? undefined : signalOfValue(property, value, common, registry)) ?? signal;
}

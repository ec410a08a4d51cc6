import { createHash } from 'node:crypto';
import type { ConfirmationSignal, ControlSignal, FormSignal, Signal } from './signal.ts';

type Unnamed = Omit<ControlSignal, 'id'> | Omit<FormSignal, 'id'> | Omit<ConfirmationSignal, 'id'>;

/**
 * Names a signal by its content, so that a redelivery is recognised however it comes: HubSpot's eventId is not
 * guaranteed unique, attemptNumber changes with each try, and one change may arrive in both event formats.
 */
export function withId(signal: Unnamed): Signal {
  const what =
    signal.kind === 'control'
      ? [signal.control, signal.to]
      : signal.kind === 'form'
        ? [signal.form, signal.address ?? '']
        : [signal.value];
  const content = JSON.stringify([signal.portal, signal.contact, signal.kind, ...what, signal.occurredAt]);
  return { ...signal, id: createHash('sha256').update(content).digest('hex') } as Signal;
}

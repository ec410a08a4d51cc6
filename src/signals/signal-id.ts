import { hash } from 'node:crypto';
import { BY_ADDRESS, type Signal } from './signal.ts';

type WithoutId<T> = T extends Signal ? Omit<T, 'id'> : never;
export type Unnamed = WithoutId<Signal>;

/**
 * Names a signal by its content, so that a redelivery is recognised in whatever form: HubSpot's eventId is not
 * guaranteed unique, attemptNumber changes with each try, and one change may arrive in both event formats.
 */
export function withId(signal: Unnamed): Signal {
  const content = JSON.stringify(contentOf(signal));
  return { ...signal, id: hash('sha256', content, 'hex') } as Signal;
}

function contentOf(signal: Unnamed): unknown[] {
  const { portal, contact, kind, occurredAt } = signal;
  const who = contact === BY_ADDRESS ? [portal, contact, signal.address] : [portal, contact];
  return [...who, kind, ...whatOf(signal), occurredAt];
}

function whatOf(signal: Unnamed): string[] {
  switch (signal.kind) {
    case 'control':
      return [signal.control, signal.to];
    case 'form':
      // What an audit finds is decided, though the event was decided before (refused, or not needed then); so is what is decided once more without a time of its own.
      return [
        signal.form,
        aLittleOf(signal.address ?? ''),
        ...(signal.source.channel === 'audit' ? [why(signal)] : []),
      ];
    case 'confirmation':
      return [signal.value];
    case 'lifecycle':
      return [signal.event, ...(signal.property === undefined ? [] : [signal.property])];
    case 'merge':
      return signal.others.toSorted((a, b) => (a < b ? -1 : 1));
  }
}

const why = ({ untimed }: { untimed?: true | undefined }) => (untimed ? 'again' : 'audit');

/**
 * One byte of the address's hash: enough to tell two submissions of one moment apart, too little to find out whose
 * address it was. The signal's name outlives an erasure, which keeps nothing of an address but the keyed hash (R8).
 */
function aLittleOf(address: string): string {
  return hash('sha256', address, 'hex').slice(0, 2);
}

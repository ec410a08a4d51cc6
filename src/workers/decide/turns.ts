import type { SQSRecord } from 'aws-lambda';
import { inHalfTheTime } from '../../deadline.ts';
import { PoisonError, RetryableError } from '../../errors.ts';
import { readBody } from '../../queues/read-body.ts';
import { BY_ADDRESS, type Signal, SignalSchema } from '../../signals/signal.ts';
import type { DecideDeps } from './deps.ts';

/** A message with what it holds. */
export type Turn = { record: SQSRecord; read: Signal | PoisonError };

/**
 * The order in which the messages of a batch have their turn. Opt-outs wait for nothing: what needs no call to HubSpot goes before what
 * does, and opt-outs go first in both. What was tried more often goes behind what was tried less, so that a message that takes all
 * the time there is, each time, does not keep the time from others. Signals are ordered by their own times (R9), so the order of
 * deciding may change, also of one contact's.
 */
export function inTurn(records: readonly SQSRecord[]): Turn[] {
  const turns = records.map((record): Turn => ({ record, read: readOrPoison(record.body) }));
  return turns.toSorted((a, b) => rankOf(a) - rankOf(b) || triesOf(a) - triesOf(b));
}

function readOrPoison(body: string): Turn['read'] {
  try {
    return readBody(body, SignalSchema);
  } catch (error) {
    if (error instanceof PoisonError) return error;
    throw error;
  }
}

function rankOf({ read }: Turn): number {
  if (read instanceof PoisonError) return 0;
  return (asksHubSpot(read) ? 2 : 0) + (isOptOut(read) ? 0 : 1);
}

const isOptOut = (signal: Signal): boolean => signal.kind === 'control' && signal.to === 'closed';
const asksHubSpot = ({ kind, contact }: Signal): boolean => kind === 'form' || contact === BY_ADDRESS;
const triesOf = ({ record }: Turn): number => Number(record.attributes.ApproximateReceiveCount);

/** A call that takes so long and fails got no answer, ms. */
const SILENCE_MS = 5000;

/**
 * Keeps a batch from waiting for a HubSpot that does not answer: after the first signal that waited in vain, those that need HubSpot are
 * not tried. Each signal has half of the time that is left, so that one contact's trouble is not another's.
 */
export function patiently({ now }: Pick<DecideDeps, 'now'>): <T>(signal: Signal, work: () => Promise<T>) => Promise<T> {
  let silence: RetryableError | undefined;
  return async (signal, work) => {
    if (silence !== undefined && asksHubSpot(signal)) throw silence;
    const began = Number(now());
    try {
      return await inHalfTheTime(work);
    } catch (error) {
      const isSilence = error instanceof RetryableError && Number(now()) - began >= SILENCE_MS;
      if (isSilence && asksHubSpot(signal)) silence = error;
      throw error;
    }
  };
}

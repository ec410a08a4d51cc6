import { pathToFileURL } from 'node:url';

/** The parts of fauxqs's queue that are needed here; fauxqs does not export them. */
type FifoQueue = {
  /** Groups that have messages in hand, with their number. */
  fifoLockedGroups: Map<string, number>;
  inflightMessages: Map<string, { message: { messageGroupId?: string } }>;
  /** Gives back what was in hand for too long. */
  processTimers?: () => void;
  dequeueFifo(max: number, visibilitySeconds?: number, findDeadLetters?: unknown): { ReceiptHandle: string }[];
};

/** SQS hands out no more a call. */
const RECEIVE = 10;

let mended = false;

/**
 * fauxqs 2.4.1 hands out one message of a FIFO group at a time. SQS returns as many of the same group as it can (Amazon SQS developer guide, "FIFO
 * queue delivery logic"), so that the echoes of a contact come in one batch. Makes fauxqs do the same; to be done before a server starts.
 */
export async function handOutGroupsWhole(): Promise<void> {
  if (mended) return;
  mended = true;
  const store = new URL('./sqs/sqsStore.js', import.meta.resolve('fauxqs'));
  const { SqsQueue } = (await import(pathToFileURL(store.pathname).href)) as { SqsQueue: { prototype: FifoQueue } };
  const one = SqsQueue.prototype.dequeueFifo;
  SqsQueue.prototype.dequeueFifo = function (max, ...rest) {
    this.processTimers?.();
    // Within one call nothing comes back, even if it was asked for no time at all.
    this.processTimers = () => undefined;
    const inHand = new Map<string, number>();
    const handedOut: { ReceiptHandle: string }[] = [];
    while (handedOut.length < Math.min(max, RECEIVE)) {
      const [message] = one.call(this, 1, ...rest);
      if (message === undefined) break;
      const group = this.inflightMessages.get(message.ReceiptHandle)?.message.messageGroupId ?? '';
      // A group is not locked by what the same call has handed out.
      this.fifoLockedGroups.delete(group);
      handedOut.push(message);
      inHand.set(group, (inHand.get(group) ?? 0) + 1);
    }
    for (const [group, count] of inHand) this.fifoLockedGroups.set(group, count);
    delete this.processTimers;
    return handedOut;
  };
}

import { pathToFileURL } from 'node:url';

/** The parts of fauxqs's queue that are needed here; fauxqs does not export them. */
type FifoQueue = {
  /** Groups that have messages in hand, with their number. */
  fifoLockedGroups: Map<string, number>;
  dequeueFifo(max: number, visibilitySeconds?: number, findDeadLetters?: unknown): unknown[];
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
    const locked = this.fifoLockedGroups;
    const inHand = new Map<string, number>();
    const handedOut: unknown[] = [];
    while (handedOut.length < Math.min(max, RECEIVE)) {
      // A group is not locked by what the same call has handed out.
      this.fifoLockedGroups = new Map(locked);
      const messages = one.call(this, 1, ...rest);
      const group = [...this.fifoLockedGroups.keys()].find((key) => !locked.has(key));
      if (messages.length === 0 || group === undefined) break;
      handedOut.push(...messages);
      inHand.set(group, (inHand.get(group) ?? 0) + 1);
    }
    this.fifoLockedGroups = new Map([...locked, ...inHand]);
    return handedOut;
  };
}

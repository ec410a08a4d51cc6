type Message = { messageGroupId: string; sequenceNumber: string };
/** The parts of fauxqs's queue that are needed here; fauxqs does not export them. */
type FifoQueue = {
  /** What waits, by group. */
  fifoMessages: Map<string, Message[]>;
  /** Groups that have messages in hand, with their number. */
  fifoLockedGroups: Map<string, number>;
  /** What is in hand, by receipt handle. */
  inflightMessages: Map<string, { message: Message }>;
  /** Gives back what was in hand for too long. */
  processTimers(): void;
  changeVisibility(handle: string, seconds: number): void;
  dequeueFifo(max: number, ...rest: unknown[]): { ReceiptHandle: string }[];
};

let mended: Promise<void> | undefined;

/**
 * fauxqs 2.4.1 hands out one message of a FIFO group at a time. SQS returns as many of the same group as it can, in order, and no more of it until those are
 * deleted or visible again (Amazon SQS developer guide, "FIFO queue delivery logic"), so that the echoes of a contact come in one batch. Makes fauxqs do the
 * same; to be done before a server starts.
 */
export function handOutGroupsWhole(): Promise<void> {
  mended ??= mend();
  return mended;
}

async function mend(): Promise<void> {
  const store = new URL('./sqs/sqsStore.js', import.meta.resolve('fauxqs'));
  const { SqsQueue } = (await import(store.href)) as { SqsQueue: { prototype: FifoQueue } };
  const queue = SqsQueue.prototype;
  queue.dequeueFifo = wholeGroups(queue.dequeueFifo);
  queue.processTimers = inOrder(queue.processTimers);
  queue.changeVisibility = inOrder(queue.changeVisibility);
}

/** Hands out one message after the other, each as if none of the same call had locked its group. */
function wholeGroups(handOut: FifoQueue['dequeueFifo']): FifoQueue['dequeueFifo'] {
  return function (this: FifoQueue, max, ...rest) {
    this.processTimers();
    const { processTimers } = this;
    // Within one call nothing comes back, even if it was asked for no time at all.
    this.processTimers = () => undefined;
    const handedOut: { ReceiptHandle: string }[] = [];
    const groups: string[] = [];
    try {
      while (handedOut.length < max) {
        const [received] = handOut.call(this, 1, ...rest);
        if (received === undefined) break;
        handedOut.push(received);
        const group = this.inflightMessages.get(received.ReceiptHandle)?.message.messageGroupId ?? '';
        groups.push(group);
        this.fifoLockedGroups.delete(group);
      }
    } finally {
      this.processTimers = processTimers;
      for (const group of groups) this.fifoLockedGroups.set(group, (this.fifoLockedGroups.get(group) ?? 0) + 1);
    }
    return handedOut;
  };
}

/** fauxqs puts whatever comes back before all that waits, which turns the order of several messages around. */
function inOrder<A extends unknown[]>(giveBack: (this: FifoQueue, ...args: A) => void) {
  return function (this: FifoQueue, ...args: A): void {
    const groups = [...this.fifoLockedGroups.keys()];
    const inHand = this.inflightMessages.size;
    giveBack.apply(this, args);
    if (this.inflightMessages.size === inHand) return;
    for (const group of groups) this.fifoMessages.get(group)?.sort(bySequence);
  };
}

const bySequence = (a: Message, b: Message) => Number(a.sequenceNumber) - Number(b.sequenceNumber);

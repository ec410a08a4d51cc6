import type { SQSRecord } from 'aws-lambda';
import type { Random } from '../random.ts';

export type Sent = {
  body: string;
  group?: string | undefined;
  deduplicationId?: string | undefined;
  delayMs?: number;
  reason?: string | undefined;
};
type Message = Sent & { id: string; visibleAt: number; receives: number; receipt: string };

const DEDUPLICATION_MS = 5 * 60_000;

export type QueueOptions = {
  name: string;
  kind: 'fifo' | 'standard';
  visibilityMs: number;
  now: () => number;
  random: Random;
  /** Told when a message is handed out twice. */
  strikes: (fault: string) => void;
};

/** SQS as documented: at least once, in no order; or FIFO by group, deduplicated within five minutes by group. */
export class SimulatedQueue {
  readonly name: string;
  readonly #fifo: boolean;
  readonly #visibilityMs: number;
  readonly #now: () => number;
  readonly #random: Random;
  readonly #strikes: (fault: string) => void;
  /** Share of messages of a standard queue that are handed out once more while somebody works on them. */
  doubles = 0;
  messages: Message[] = [];
  /** Where a message goes that was received too often, and after how many times. */
  redrive: { to: SimulatedQueue; after: number } | undefined;
  /** Told of everything that is sent. */
  sent: (message: Sent) => void = () => undefined;
  readonly #recent = new Map<string, number>();
  #count = 0;
  /** The last answer of `nextAt`, until something changes. */
  #known: { at: number } | undefined;

  constructor({ name, kind, visibilityMs, now, random, strikes }: QueueOptions) {
    this.name = name;
    this.#fifo = kind === 'fifo';
    this.#visibilityMs = visibilityMs;
    this.#now = now;
    this.#random = random;
    this.#strikes = strikes;
  }

  send(sent: Sent): void {
    const now = this.#now();
    this.#known = undefined;
    this.sent(sent);
    if (this.#fifo) {
      const key = `${sent.group} ${sent.deduplicationId}`;
      if (now - (this.#recent.get(key) ?? Number.NEGATIVE_INFINITY) < DEDUPLICATION_MS) return;
      this.#recent.set(key, now);
    }
    const id = `${this.name}-${++this.#count}`;
    this.messages.push({ ...sent, id, visibleAt: now + (sent.delayMs ?? 0), receives: 0, receipt: '' });
  }

  /** When something can be received next (ms); undefined when the queue is empty. */
  nextAt(): number | undefined {
    const now = this.#now();
    if (this.#known !== undefined && this.#known.at > now) return this.#known.at;
    const at = this.#findNext(now);
    this.#known = at === undefined ? undefined : { at };
    return at;
  }

  #findNext(now: number): number | undefined {
    return this.#findReady(now) ?? this.#findLater(now);
  }

  /** When the first message that can be received now became so: with a hundred thousand of them there is no need to look at all. */
  #findReady(now: number): number | undefined {
    const inHand = new Set<string>();
    for (const { id, group = id, visibleAt } of this.messages) if (visibleAt > now) inHand.add(this.#fifo ? group : id);
    return this.messages.find(
      ({ id, group = id, visibleAt }) => visibleAt <= now && !inHand.has(this.#fifo ? group : id),
    )?.visibleAt;
  }

  #findLater(now: number): number | undefined {
    const waits = new Map<string, number>();
    for (const { id, group = id, visibleAt } of this.messages) {
      // A group waits for the first of its messages that is with somebody.
      const known = waits.get(this.#fifo ? group : id);
      if (known === undefined || (known <= now && visibleAt > now)) waits.set(this.#fifo ? group : id, visibleAt);
    }
    return waits.size === 0 ? undefined : Math.min(...waits.values());
  }

  receive(most: number): SQSRecord[] {
    this.#known = undefined;
    const now = this.#now();
    const blocked = new Set<string>();
    this.#giveUp(now);
    const ready = this.messages.filter(({ visibleAt, group }) => {
      if (!this.#fifo || group === undefined) return visibleAt <= now;
      // A group waits while one of its messages is with somebody.
      if (visibleAt > now) blocked.add(group);
      return !blocked.has(group);
    });
    const chosen = this.#fifo ? ready : this.#fair(shuffled(ready, this.#random));
    return chosen.slice(0, most).map((message) => {
      message.receives++;
      message.receipt = `${message.id}/${message.receives}`;
      const twice = !this.#fifo && this.#random.chance(this.doubles);
      if (twice) this.#strikes('a message is handed out twice');
      message.visibleAt = now + (twice ? this.#random.int(0, 2000) : this.#visibilityMs);
      return recordOf(message, { now, queue: this.name });
    });
  }

  /**
   * A standard queue whose messages have groups is a fair one: a group with more than a tenth of what is in hand, and at least thirty, goes behind
   * all others (SQS guide, "Fair queues").
   */
  #fair(ready: readonly Message[]): Message[] {
    const now = this.#now();
    const inHand = this.messages.filter(({ receives, visibleAt }) => receives > 0 && visibleAt > now);
    const counts = Map.groupBy(inHand, ({ group }) => group);
    const isNoisy = ({ group }: Message) => {
      const own = counts.get(group)?.length ?? 0;
      return group !== undefined && own >= 30 && own > inHand.length / 10;
    };
    return ready.toSorted((a, b) => Number(isNoisy(a)) - Number(isNoisy(b)));
  }

  #giveUp(now: number): void {
    const { redrive } = this;
    if (redrive === undefined) return;
    const spent = this.messages.filter(({ receives, visibleAt }) => receives >= redrive.after && visibleAt <= now);
    if (spent.length === 0) return;
    for (const { body, group, id } of spent) {
      redrive.to.send({ body, group, deduplicationId: id, reason: 'received too often' });
    }
    this.messages = this.messages.filter((message) => !spent.includes(message));
  }

  /** Only the newest receipt counts, as with SQS. */
  delete(receipt: string): void {
    this.#known = undefined;
    const place = this.messages.findIndex((message) => message.receipt === receipt);
    if (place >= 0) this.messages.splice(place, 1);
  }

  changeVisibility(receipt: string, seconds: number): void {
    this.#known = undefined;
    const message = this.messages.find((one) => one.receipt === receipt);
    if (message !== undefined) message.visibleAt = this.#now() + seconds * 1000;
  }
}

function recordOf(
  { id, receipt, body, receives, group, deduplicationId }: Message,
  { now, queue }: { now: number; queue: string },
): SQSRecord {
  return {
    messageId: id,
    receiptHandle: receipt,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(now),
      SenderId: 'simulation',
      ApproximateFirstReceiveTimestamp: String(now),
      ...(group !== undefined && { MessageGroupId: group }),
      ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-central-1:111122223333:${queue}`,
    awsRegion: '',
  };
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => [random.share(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

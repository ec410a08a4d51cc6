import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Batch } from '../aws/sources.ts';
import type { PortalEvent } from '../hubspot/portal/types.ts';

/** A message about one person on its way through the queues. */
export type Passage = {
  queue: 'signals' | 'convergence';
  /** The signal's id; convergence requests have none. */
  signal?: string;
  /** Until when a convergence request waits, where it waits for a moment. */
  wakeAt?: number;
  sentAt: number;
  takenAt: number;
  doneAt?: number;
  /** How often the message was received: more than once after a failed try. */
  tries: number;
  receivedAt?: number;
  occurredAt?: number;
};
/** What this machine saw of one person: changes in HubSpot, and messages. */
export type Change = PortalEvent & { byWiderruf: boolean };
export type Seen = { changes: Change[]; passages: Passage[] };

const Body = z.looseObject({
  contact: z.string(),
  id: z.optional(z.string()),
  wakeAt: z.optional(z.number()),
  occurredAt: z.optional(z.number()),
  receivedAt: z.optional(z.number()),
});

/** Kept for each person, and people kept in all; the oldest are forgotten. */
const KEEP = 100;
const KEEP_PEOPLE = 5000;
/** Changes are gathered for a moment, so that an import of thousands is few messages to the browser. */
const GATHER_MS = 100;

type Listener = (contacts: ReadonlySet<string>) => void;

/** Watches the running system without touching it, and tells listeners who changed. */
export class Live {
  readonly #seen = new Map<string, Seen>();
  readonly #listeners = new Set<Listener>();
  readonly #underWay = new Map<string, Passage>();
  #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** Listens until the returned function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  seenOf(contact: string): Seen {
    return this.#seen.get(contact) ?? { changes: [], passages: [] };
  }

  /** The twin tells of a change. */
  changed(event: Change): void {
    // Whoever looks at a record that goes away is to hear of that, too.
    for (const part of event.merge === undefined ? [] : [event.merge.primary, ...event.merge.merged]) this.#of(part);
    const { changes } = this.#of(event.contact);
    changes.push(event);
    if (changes.length > KEEP) changes.shift();
  }

  /** A queue's batch was handed to its function, or came back. */
  passed(batch: Batch): void {
    const queue = queueOf(batch.queue);
    if (queue === undefined) return;
    for (const record of batch.records) this.#pass(record, queue, batch);
  }

  #pass(record: SQSRecord, queue: Passage['queue'], { startedAt, endedAt }: Batch): void {
    const body = bodyOf(record);
    if (body === undefined) return;
    const { passages } = this.#of(body.contact);
    const key = `${record.messageId} ${startedAt}`;
    const known = this.#underWay.get(key);
    if (endedAt !== undefined) {
      if (known !== undefined) known.doneAt = endedAt;
      this.#underWay.delete(key);
      return;
    }
    const passage: Passage = {
      queue,
      sentAt: Number(record.attributes.SentTimestamp),
      takenAt: startedAt,
      tries: Number(record.attributes.ApproximateReceiveCount),
      ...(body.id !== undefined && { signal: body.id }),
      ...(body.wakeAt !== undefined && { wakeAt: body.wakeAt }),
      ...(body.receivedAt !== undefined && { receivedAt: body.receivedAt }),
      ...(body.occurredAt !== undefined && { occurredAt: body.occurredAt }),
    };
    this.#underWay.set(key, passage);
    passages.push(passage);
    if (passages.length > KEEP) passages.shift();
  }

  #of(contact: string): Seen {
    const seen = this.#seen.get(contact) ?? { changes: [], passages: [] };
    this.#seen.delete(contact);
    this.#seen.set(contact, seen);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > KEEP_PEOPLE && oldest !== undefined) this.#seen.delete(oldest);
    this.#tell(contact);
    return seen;
  }

  #tell(contact: string): void {
    this.#changed.add(contact);
    if (this.#timer !== undefined || this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => {
      const changed = this.#changed;
      this.#changed = new Set();
      this.#timer = undefined;
      for (const listener of this.#listeners) listener(changed);
    }, GATHER_MS);
    this.#timer.unref();
  }
}

function queueOf(name: string): Passage['queue'] | undefined {
  if (/signals/i.test(name)) return 'signals';
  return /convergence/i.test(name) ? 'convergence' : undefined;
}

/** What of a message the page needs; undefined for one that is about nobody. */
function bodyOf({ body }: SQSRecord): z.infer<typeof Body> | undefined {
  try {
    return Body.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

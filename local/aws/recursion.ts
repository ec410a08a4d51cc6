import { randomBytes } from 'node:crypto';

/**
 * How often Lambda lets one function be invoked in one chain of messages; "approximately 16 times" says
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html.
 */
export const MOST_TIMES = 16;

/** How many messages are remembered; older ones count as sent by nobody. */
const REMEMBERED = 100_000;

/** How often each function was invoked in the chain that led to a message. */
type Lineage = ReadonlyMap<string, number>;

/**
 * Lambda's recursive-loop detection. Lambda hands each invocation a trace header; the SDK sends the header with every call; and what such
 * a call puts into a queue carries it on. How Lambda joins the chains of a batch is not documented: here the longest counts.
 */
export class RecursionDetection {
  readonly #lineages = new Map<string, Lineage>();

  readonly #sending = new Set<Promise<void>>();

  /** Notes what a function sends, with the trace header of the call. `messageIds`: as the queue answers. */
  sending(messageIds: Promise<readonly string[]>, header: string | undefined): void {
    const noted = messageIds
      .then((ids) => this.#note(ids, lineageIn(header)))
      .catch(() => undefined)
      .finally(() => this.#sending.delete(noted));
    this.#sending.add(noted);
  }

  /** A message may be received before its sender has the answer: waits until whatever was being sent is known. */
  async known(): Promise<void> {
    await Promise.all(this.#sending);
  }

  #note(messageIds: readonly string[], lineage: Lineage): void {
    if (lineage.size === 0) return;
    for (const id of messageIds) this.#lineages.set(id, lineage);
    for (const id of this.#lineages.keys()) {
      if (this.#lineages.size <= REMEMBERED) break;
      this.#lineages.delete(id);
    }
  }

  /** Whether a message would have its function invoked once too often. */
  isLoop(functionName: string, messageId: string): boolean {
    return (this.#lineages.get(messageId)?.get(functionName) ?? 0) >= MOST_TIMES;
  }

  /** The trace header of an invocation with some messages. */
  headerOf(functionName: string, messageIds: readonly string[]): string {
    const joined = new Map<string, number>();
    for (const id of messageIds) {
      for (const [name, times] of this.#lineages.get(id) ?? [])
        joined.set(name, Math.max(times, joined.get(name) ?? 0));
    }
    joined.set(functionName, (joined.get(functionName) ?? 0) + 1);
    const lineage = [...joined].map(([name, times]) => `${name}:${times}`).join('|');
    return `Root=1-${randomBytes(4).toString('hex')}-${randomBytes(12).toString('hex')};Sampled=0;Lineage=${lineage}`;
  }
}

function lineageIn(header = ''): Lineage {
  const [, lineage = ''] = /Lineage=([^;]*)/.exec(header) ?? [];
  const counts = lineage.split('|').map((one) => one.split(':'));
  return new Map(counts.flatMap(([name = '', times]) => (name === '' ? [] : [[name, Number(times)] as const])));
}

import type { Behaviour } from '../behaviour.ts';
import type { WireEvent } from './wire-events.ts';

/** HubSpot's largest batch. */
const BATCH = 100;
/** HubSpot gathers events for a moment; its pause is not documented. */
const GATHER_MS = 20;

export type OutboxOptions = {
  behaviour: Behaviour;
  random: () => number;
  /** Told of each batch that is lost or sent twice. */
  strikes: (fault: 'lost' | 'duplicates') => void;
  /** Rejects when the sender stops. */
  sleep: (ms: number) => Promise<void>;
  deliver: (batch: WireEvent[]) => Promise<void>;
  /** Told of all work under way; never rejects because of the work. */
  track: (work: Promise<void>) => void;
};

/** Gathers events for a moment and hands them on in batches; some are lost, doubled or reordered as the behaviour says. */
export class Outbox {
  readonly #options: OutboxOptions;
  #pending: WireEvent[] = [];
  #held: WireEvent[] = [];
  #gathering: Promise<void> | undefined;
  /** Nothing goes out before somebody listens. */
  #isOpen = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  open(): void {
    this.#isOpen = true;
    this.add([]);
  }

  add(events: readonly WireEvent[]): void {
    if (this.#options.behaviour.hold) this.#held.push(...events);
    else this.#gather(events);
  }

  /** Sends what `behaviour.hold` held back. */
  release(): void {
    const events = this.#held;
    this.#held = [];
    this.#gather(events);
  }

  #gather(events: readonly WireEvent[]): void {
    const { sleep, track } = this.#options;
    this.#pending.push(...events);
    if (this.#gathering !== undefined || !this.#isOpen) return;
    this.#gathering = sleep(GATHER_MS)
      .then(() => this.#flush())
      .finally(() => {
        this.#gathering = undefined;
      });
    track(this.#gathering);
  }

  #flush(): void {
    const { behaviour, random, deliver, track, strikes } = this.#options;
    const events = behaviour.reorder ? shuffled(this.#pending, random) : this.#pending;
    this.#pending = [];
    for (let i = 0; i < events.length; i += BATCH) {
      const batch = events.slice(i, i + BATCH);
      if (random() < behaviour.lost) {
        strikes('lost');
        continue;
      }
      track(deliver(batch));
      if (random() >= behaviour.duplicates) continue;
      strikes('duplicates');
      track(deliver(batch));
    }
  }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

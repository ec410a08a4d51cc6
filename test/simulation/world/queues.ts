import type { Truth } from '../truth/truth.ts';
import { SimulatedQueue } from './queue.ts';
import type { Setting } from './setting.ts';

/** As the stack sets them (infra/queues.ts). */
export const WORKER_TIMEOUT_MS = 60_000;
export const AUDIT_TIMEOUT_MS = 15 * 60_000;
/** Both have the dead letters of the persons'. */
export const SIGNAL_QUEUES = { persons: 'signals', crowds: 'crowd-signals' };
const VISIBILITY = 6;
const MAX_RECEIVES = 1000;

/** The queues of the stack by name; `<name>-dead` holds a queue's dead letters. */
export class Queues {
  readonly all: ReadonlyMap<string, SimulatedQueue>;
  readonly #setting: Setting;

  constructor(setting: Setting, truth: Truth) {
    this.#setting = setting;
    const { now, chanceOf, strikes } = setting;
    const make = (name: string, kind: 'fifo' | 'standard', timeoutMs: number) =>
      new SimulatedQueue({ name, kind, visibilityMs: VISIBILITY * timeoutMs, now, random: chanceOf(name), strikes });
    const queues = [
      make('signals', 'fifo', WORKER_TIMEOUT_MS),
      make('crowd-signals', 'fifo', WORKER_TIMEOUT_MS),
      make('signals-dead', 'fifo', WORKER_TIMEOUT_MS),
      make('convergence', 'standard', WORKER_TIMEOUT_MS),
      make('convergence-dead', 'standard', WORKER_TIMEOUT_MS),
      make('audit', 'standard', AUDIT_TIMEOUT_MS),
      make('audit-dead', 'standard', AUDIT_TIMEOUT_MS),
    ];
    this.all = new Map(queues.map((queue) => [queue.name, queue]));
    this.followStorm();
    for (const name of ['signals', 'convergence', 'audit']) {
      this.named(name).redrive = { to: this.named(`${name}-dead`), after: MAX_RECEIVES };
    }
    this.named(SIGNAL_QUEUES.crowds).redrive = { to: this.named('signals-dead'), after: MAX_RECEIVES };
    for (const name of Object.values(SIGNAL_QUEUES)) this.named(name).sent = ({ body }) => noteSubmission(body, truth);
  }

  named(name: string): SimulatedQueue {
    return this.all.get(name) as SimulatedQueue;
  }

  /** Messages are handed out twice only while the storm is on. */
  followStorm(): void {
    const { scenario, storm } = this.#setting;
    for (const name of ['convergence', 'audit']) this.named(name).doubles = storm.isOn ? scenario.doubles : 0;
  }

  /** What an operator does with dead letters of a queue. Returns how many went back. */
  redrive(name: string): number {
    const dead = this.named(name === SIGNAL_QUEUES.crowds ? 'signals-dead' : `${name}-dead`);
    const letters = dead.messages;
    for (const { body, group, id, reason } of letters) {
      this.#setting.say(`redrive ${id}: ${reason}`);
      this.named(name).send({ body, group, deduplicationId: `${id} redriven` });
    }
    dead.messages = [];
    return letters.length;
  }
}

/** A submission that reached the queue was told, even if the answer did not reach HubSpot. */
function noteSubmission(body: string, truth: Truth): void {
  const signal = JSON.parse(body) as Parameters<Truth['tell']>[0] & { kind: string };
  if (signal.kind === 'form') truth.tell(signal);
}

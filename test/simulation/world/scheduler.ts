/** Something that runs at a moment (ms). Nobody waits for what runs in the background. */
type Due = { at: number; run: () => void; background: boolean };

/** What takes more goes in circles. Some hours of a batch that HubSpot answers 500 take 60,000 steps, since each message comes again every few minutes. */
const MOST_STEPS = 200_000;

/** Simulated time: what is due runs in order of its time, and between two steps everything settles that waits for nothing. */
export class Scheduler {
  now: number;
  /** Called before each step, for whatever watches the world. */
  beforeEach: () => void = () => undefined;
  readonly #due: Due[] = [];
  #foreground = 0;
  steps = 0;
  readonly #mostSteps: number;

  constructor(now: number, mostSteps = MOST_STEPS) {
    this.now = now;
    this.#mostSteps = mostSteps;
  }

  after(ms: number, run: () => void): void {
    this.#foreground++;
    this.#add({ at: this.#in(ms), run, background: false });
  }

  /** Runs when its time comes, but nobody waits for it. */
  background(ms: number, run: () => void): void {
    this.#add({ at: this.#in(ms), run, background: true });
  }

  #in(ms: number): number {
    return this.now + Math.max(0, ms);
  }

  /** Behind everything that is due at the same time. */
  #add(due: Due): void {
    let place = this.#due.length;
    while (place > 0 && (this.#due[place - 1]?.at ?? 0) > due.at) place--;
    this.#due.splice(place, 0, due);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Runs what is due until `until` (ms), or until nothing is left. @throws Error when it never comes to rest. */
  async run(until = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      this.beforeEach();
      const next = this.#due[0];
      if (next === undefined || next.at > until) break;
      if (until === Number.POSITIVE_INFINITY && this.#foreground === 0) break;
      this.#due.shift();
      if (!next.background) this.#foreground--;
      this.now = next.at;
      next.run();
      await settled();
      if (++this.steps > this.#mostSteps) throw new Error('the run does not come to rest');
    }
    if (until !== Number.POSITIVE_INFINITY) this.now = Math.max(this.now, until);
  }
}

/** Lets every promise that waits for no simulated call go as far as it can. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

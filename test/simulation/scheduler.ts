/** More steps than any run needs: a run that takes them goes in circles. */
const MOST_STEPS = 200_000;

/** Simulated time: what is due runs in order of its time, and between two steps everything settles that waits for nothing. */
export class Scheduler {
  now: number;
  /** Called before each step, for whatever watches the world. */
  beforeEach: () => void = () => undefined;
  readonly #due: { at: number; run: () => void }[] = [];
  steps = 0;

  constructor(now: number) {
    this.now = now;
  }

  after(ms: number, run: () => void): void {
    const at = this.now + Math.max(0, ms);
    let place = this.#due.length;
    while (place > 0 && (this.#due[place - 1]?.at ?? 0) > at) place--;
    this.#due.splice(place, 0, { at, run });
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
      this.#due.shift();
      this.now = next.at;
      next.run();
      await settled();
      if (++this.steps > MOST_STEPS) throw new Error('the run does not come to rest');
    }
    if (until !== Number.POSITIVE_INFINITY) this.now = Math.max(this.now, until);
  }
}

/** Lets every promise that waits for no simulated call go as far as it can. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

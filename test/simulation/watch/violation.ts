/** An invariant that does not hold; the name tells which. */
export class Violation extends Error {
  readonly invariant: string;
  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

/** Takes down an invariant that does not hold. */
export type Violated = (invariant: string, message: string) => void;

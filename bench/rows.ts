/** One row of bench/results.md: a piece of work, its floor measured in the same run, and the ratio that is aimed at. */
export type Row = {
  what: string;
  floor: string;
  /** Medians in milliseconds. */
  ms: number;
  floorMs: number;
  /** Median of the rounds' ratios; not exactly `ms / floorMs`. */
  ratio: number;
  /** At most so many times the floor; undefined where the goal is an absolute time (`goalMs`). */
  goal?: number;
  goalMs?: number;
};

/** One row about the whole system, where no single floor fits: what was measured, as text, and whether that meets the goal. */
export type Finding = { what: string; measured: string; goal: string; isMet: boolean };

import type { Finding } from './rows.ts';

/** A row of what was measured. */
export function finding(what: string, measured: string, { goal, isMet }: Pick<Finding, 'goal' | 'isMet'>): Finding {
  return { what, measured, goal, isMet };
}

/** The middle and the slowest of all but one in a hundred. `times`: ms. */
export const spread = (times: readonly number[]) =>
  `p50 ${readable(percentile(times, 0.5))}, p99 ${readable(percentile(times, 0.99))}`;

const readable = (ms: number) => (Number.isFinite(ms) ? `${ms.toFixed(0)} ms` : 'not closed within a minute');

/** The smallest time that a share of all does not exceed. */
export function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

import * as z from 'zod/mini';

/**
 * A way in which HubSpot's API is to fail. The first fault that fits a call answers instead of HubSpot.
 * - `path`: a part of the call's path, e.g. `marketing/forms` or `contacts/search`; `method`: e.g. `GET`.
 * - `holds`: a part of the call's body or path, so that only calls with a certain record or address fail.
 * - `status`: the answer's status (default 500; with a `body` 200). `body`: the answer's body, of any shape (default: HubSpot's error).
 * - `retryAfter`: what the header `Retry-After` says. `times`: how many calls fail, then no more. `every`: only each n-th call that fits.
 */
export const Fault = z.strictObject({
  path: z._default(z.string(), ''),
  method: z.optional(z.string()),
  holds: z.optional(z.string()),
  status: z.optional(z.int().check(z.gte(200), z.lte(599))),
  body: z.optional(z.unknown()),
  category: z.optional(z.string()),
  retryAfter: z.optional(z.union([z.number(), z.string()])),
  times: z.optional(z.int().check(z.positive())),
  every: z.optional(z.int().check(z.positive())),
});
export type Fault = z.output<typeof Fault>;

export type ApiCall = { method: string; path: string; body: string };

/** What was told to fail, and how often each fault met a call. */
export class Faults {
  #faults: { fault: Fault; met: number; answered: number }[] = [];

  set(faults: readonly Fault[]): void {
    this.#faults = faults.map((fault) => ({ fault, met: 0, answered: 0 }));
  }

  /** The fault that answers a call, if any. */
  of(call: ApiCall): Fault | undefined {
    for (const one of this.#faults) {
      const { fault } = one;
      if (!fits(fault, call) || one.answered >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
      one.met++;
      if (one.met % (fault.every ?? 1) !== 0) continue;
      one.answered++;
      return fault;
    }
    return undefined;
  }
}

function fits({ path, method, holds }: Fault, call: ApiCall): boolean {
  if (method !== undefined && method !== call.method) return false;
  return call.path.includes(path) && (holds === undefined || `${call.path} ${call.body}`.includes(holds));
}

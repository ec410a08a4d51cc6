import { setTimeout as sleep } from 'node:timers/promises';

/** How webhooks travel; replaced where time is simulated. */
export type Network = {
  /** Rejects when the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Returns the status, 0 when no answer came in time. */
  post: (request: Outgoing, signal: AbortSignal) => Promise<number>;
};

/** One request that HubSpot makes. */
export type Outgoing = { url: string; body: string; headers: Record<string, string>; timeoutMs: number };

/** This machine's network and clock. */
export const machine: Network = {
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  async post({ url, body, headers, timeoutMs }, stopping) {
    try {
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)]);
      const response = await fetch(url, { method: 'POST', body, headers, signal });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  },
};

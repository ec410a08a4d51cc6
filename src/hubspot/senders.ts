import { setTimeout as wait } from 'node:timers/promises';
import { paceInTime } from '../deadline.ts';
import { type Allowance, createSearchPacer, createYieldingPacer, type Pace } from './pacing.ts';
import { retrying } from './retry.ts';
import { createTransport, type Send, type TransportOptions } from './transport.ts';

const TIMEOUT_MS = 10_000;

/** `perTenSeconds`: calls that are always allowed; `spare`: more of them, while the account's limit is mostly unused. */
export type SenderOptions = Pick<TransportOptions, 'baseUrl' | 'accessToken' | 'onAnswer'> & {
  perTenSeconds: number;
  spare: number;
};

/** The two ways to call HubSpot, `send` and `search`, each at its own pace; a failed call is tried again at once. */
export function createSenders({ perTenSeconds, spare, ...options }: SenderOptions): { send: Send; search: Send } {
  const sender = (pace: Pace, onAllowance?: (allowance: Allowance) => void) =>
    retrying(
      createTransport({
        ...options,
        timeoutMs: TIMEOUT_MS,
        pace: paceInTime(pace),
        ...(onAllowance && { onAllowance }),
      }),
      { timeoutMs: TIMEOUT_MS, wait, random: Math.random },
    );
  const { pace, heard } = createYieldingPacer(perTenSeconds, spare);
  return { send: sender(pace, heard), search: sender(createSearchPacer()) };
}

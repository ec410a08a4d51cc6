import { createTransport, type Send } from '../../src/hubspot/transport.ts';

/** The real client's calls to a twin, without pacing. `timeoutMs`: how long a call may take. */
export function sendTo({ url: baseUrl }: { url: string }, timeoutMs = 5000): Send {
  const accessToken = () => Promise.resolve('local-access-token');
  return createTransport({ baseUrl, accessToken, timeoutMs, pace: (call) => call() });
}

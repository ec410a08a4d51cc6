import { createHmac } from 'node:crypto';
import { LOCAL_CLIENT_SECRET } from '../local/twin-of.ts';

/** Posts events signed as HubSpot signs them (v3); the answer's status, 0 when none came. */
export async function post(url: string, events: readonly object[]): Promise<number> {
  const body = JSON.stringify(events);
  const timestamp = String(Date.now());
  const signature = createHmac('sha256', LOCAL_CLIENT_SECRET).update(`POST${url}${body}${timestamp}`).digest('base64');
  try {
    const headers = {
      'content-type': 'application/json',
      'x-hubspot-signature-v3': signature,
      'x-hubspot-request-timestamp': timestamp,
    };
    return (await fetch(url, { method: 'POST', body, headers })).status;
  } catch {
    return 0;
  }
}

/** Runs `work` over all items, at most `parallel` at once. */
export async function inParallel<T>(
  parallel: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

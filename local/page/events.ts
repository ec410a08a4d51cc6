import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Live } from './live.ts';

/** How often the browser hears of the queues. */
const PULSE_MS = 1000;

/** Server-sent events: `changed` with the ids of the people who changed, and `pulse` with what is the case now. */
export function events(c: Context, live: Live, pulse: () => Promise<object>): Response {
  return streamSSE(c, async (stream) => {
    const silence = live.listen((contacts) => void send(stream, 'changed', [...contacts]));
    stream.onAbort(silence);
    while (!stream.aborted && !stream.closed) {
      await send(stream, 'pulse', await pulse().catch(() => ({})));
      await stream.sleep(PULSE_MS);
    }
    silence();
  });
}

async function send(stream: SSEStreamingApi, event: string, data: unknown): Promise<void> {
  // A browser that has gone meanwhile hears nothing.
  await stream.writeSSE({ event, data: JSON.stringify(data) }).catch(() => undefined);
}

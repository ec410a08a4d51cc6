import type { Context } from 'hono';

/** HubSpot's error body. `category` is one of HubSpot's words, e.g. VALIDATION_ERROR; the correlation id names the call. */
export function error(c: Context, status: number, category: string, message: string): Response {
  return c.json({ status: 'error', category, message, correlationId: correlationIdOf(c) }, status as 400);
}

/** Names a call, in a header and in the body of an error: the n-th of this twin, so that the same play gives the same names. */
export function nameCall(c: Context, n: number): void {
  const id = `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
  c.set('correlationId', id);
  c.header('x-hubspot-correlation-id', id);
}

export function correlationIdOf(c: Context): string {
  return String(c.get('correlationId'));
}

/** HubSpot's envelope around the results of communication preferences. `at`: ms. */
export function completed(results: readonly unknown[], at: number): object {
  return { status: 'COMPLETE', results, requestedAt: iso(at), startedAt: iso(at), completedAt: iso(at) };
}

/** HubSpot writes moments as ISO 8601 text in UTC. `ms`: milliseconds since 1970. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

import type { Context } from 'hono';

/** HubSpot's error body. `category` is one of HubSpot's words, e.g. VALIDATION_ERROR; the correlation id says who answered. */
export function error(c: Context, status: number, category: string, message: string): Response {
  return c.json({ status: 'error', category, message, correlationId: 'twin' }, status as 400);
}

/** HubSpot writes moments as ISO 8601 text in UTC. `ms`: milliseconds since 1970. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

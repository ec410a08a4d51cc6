import type { Context, MiddlewareHandler } from 'hono';

/**
 * Only this machine's own browser may look and act. A foreign site can make a browser call 127.0.0.1 (by a name of its own that
 * resolves there, or by a form): such a call names a foreign host or origin.
 */
export const onlyHere: MiddlewareHandler = async (c, next) => {
  if (!isLocal(`http://${c.req.header('host')}`)) return c.json({ error: 'this page is for this machine only' }, 403);
  if (c.req.method !== 'GET' && !isOwnRequest(c)) return c.json({ error: 'only the page itself may act' }, 403);
  return next();
};

function isOwnRequest(c: Context): boolean {
  const origin = c.req.header('origin');
  const isJson = c.req.header('content-type')?.startsWith('application/json') === true;
  return isJson && (origin === undefined || origin === `http://${c.req.header('host')}`);
}

function isLocal(url: string): boolean {
  const { hostname } = URL.parse(url) ?? { hostname: '' };
  return hostname === '127.0.0.1' || hostname === 'localhost';
}

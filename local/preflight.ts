import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DEFINITIONS } from '../src/hubspot/portal-info.ts';

/** A thing of the system that somebody named by a variable of the environment. */
type Place = { path: string; variable: string };

const SYSTEM_ERRORS: Record<string, (place: Place) => string> = {
  EADDRINUSE: ({ path, variable }) => `${path} is in use; set ${variable} to a free one`,
  EADDRNOTAVAIL: ({ path, variable }) => `${path} is not of this machine; set ${variable} to another`,
  EACCES: ({ path, variable }) => `${path} may not be written by this user; set ${variable} to another`,
  EPERM: ({ path, variable }) => `${path} may not be written by this user; set ${variable} to another`,
  EROFS: ({ path, variable }) => `${path} is on a disk that cannot be written; set ${variable} to another`,
  ENOSPC: ({ path, variable }) => `${path}: the disk is full; make room, or set ${variable} to another`,
  EEXIST: ({ path, variable }) => `${path} is a file and not a folder; set ${variable} to a folder`,
  ENOTDIR: ({ path, variable }) =>
    `${path}: a part of this path is a file and not a folder; set ${variable} to a folder`,
  ENOENT: ({ path, variable }) => `${path} cannot be made; set ${variable} to another`,
};

/** An error of the system as one line that names the mend; other errors in their own words. */
export function inWords(error: unknown, place: Place): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return SYSTEM_ERRORS[code]?.(place) ?? `${place.path}: ${message}`;
}

/** Makes the folder of the local stack's data. @throws Error with the mend. */
export function makeDataFolder(dataDir: string): void {
  try {
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
  } catch (cause) {
    throw new Error(inWords(cause, { path: dataDir, variable: 'WIDERRUF_DATA' }), { cause });
  }
}

/** Listens on a port for a moment. @throws Error with the mend where that cannot be. 0 stands for any free port. */
export async function checkPort(port: number, variable: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new Error(inWords(cause, { path: `port ${port}`, variable }), { cause })));
    server.listen(port, '127.0.0.1', resolve);
  });
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

export type NamedHubSpot = { url: string; accessToken: string | undefined; clientSecret: string | undefined };

/** How long a HubSpot that is far away may take to say whether it knows the token, in milliseconds. */
const ANSWER_MS = 3000;

/**
 * Asks another HubSpot than the twin whether it takes the token. A HubSpot that does not answer at the moment is no mistake of
 * whoever starts: the workers wait for it. @throws Error for a token or secret that is missing, and for a token that is refused.
 */
export async function checkHubSpot({ url, accessToken, clientSecret }: NamedHubSpot, fallback: string): Promise<void> {
  // On this machine stands a twin that another process started, with the token that every twin takes.
  const isNear = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
  if (accessToken === undefined && !isNear) {
    throw new Error(`HUBSPOT_ACCESS_TOKEN is not set; set it to the access token of the app for ${url}`);
  }
  if (clientSecret === undefined && !isNear) {
    throw new Error(`HUBSPOT_CLIENT_SECRET is not set; set it to the client secret of the app for ${url}`);
  }
  const headers = { authorization: `Bearer ${accessToken ?? fallback}` };
  const request = fetch(new URL(DEFINITIONS, url), { headers, signal: AbortSignal.timeout(ANSWER_MS) });
  const status = await request.then(
    (response) => response.status,
    () => undefined,
  );
  if (status !== 401) return;
  throw new Error(
    `HubSpot refuses the access token (401 by ${url}); set HUBSPOT_ACCESS_TOKEN to the app's present one`,
  );
}

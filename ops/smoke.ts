import { createHmac } from 'node:crypto';
import type { Connection } from './connect.ts';

/** One request to the front door: what must be answered, and what was. */
export type Check = { what: string; expected: number; answered: number; mend: string };

/**
 * Knocks at the deployed webhook address with two requests that change nothing: an unsigned one, and an empty list signed with
 * the client secret in force. So API, receive, secret and public URL are proved to fit together.
 */
export async function smoke({ output, secret, now }: Pick<Connection, 'output' | 'secret' | 'now'>): Promise<Check[]> {
  const url = output('WebhookUrl');
  const [clientSecret = ''] = (await secret(output('ClientSecretArn'))).split(',').map((one) => one.trim());
  const time = String(now());
  const mac = createHmac('sha256', clientSecret).update(`POST${url}[]${time}`).digest('base64');
  const signed = { 'x-hubspot-signature-v3': mac, 'x-hubspot-request-timestamp': time };
  return [
    {
      what: 'an unsigned request is refused',
      expected: 401,
      answered: await post(url, {}),
      mend: 'no answer (0): is the address right, does DNS know it? 404: the base path differs from publicUrl. 503: no client secret is set',
    },
    {
      what: 'an empty list with our signature is taken',
      expected: 200,
      answered: await post(url, signed),
      mend: '401: publicUrl in stages/<stage>.yaml is not what is called, or the secret was changed within five minutes',
    },
  ];
}

/** The status, or 0 when nothing answered. */
async function post(url: string, headers: Record<string, string>): Promise<number> {
  const request = { method: 'POST', body: '[]', headers: { 'content-type': 'application/json', ...headers } };
  return fetch(url, request).then(
    ({ status }) => status,
    () => 0,
  );
}

export function readableSmoke(checks: readonly Check[]): string {
  const lines = checks.map(({ what, expected, answered, mend }) =>
    answered === expected
      ? `ok    ${what}`
      : `FAIL  ${what}: answered ${answered}, expected ${expected}\n      mend: ${mend}`,
  );
  return `${lines.join('\n')}\n`;
}

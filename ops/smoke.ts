import { createHmac } from 'node:crypto';
import type { Connection } from './connect.ts';
import { type OutputTexts, outputTexts } from './texts/words.ts';

/** One request to the front door: what must be answered, and what was. */
export type Check = { what: string; expected: number; answered: number; mend: string };

/**
 * Knocks at the deployed webhook address with two requests that change nothing: an unsigned one, and an empty list signed with
 * the client secret in force. So API, receive, secret and public URL are proved to fit together.
 */
export async function smoke(
  { output, secret, now }: Pick<Connection, 'output' | 'secret' | 'now'>,
  t: OutputTexts['smoke'] = outputTexts.en.smoke,
): Promise<Check[]> {
  const url = output('WebhookUrl');
  const [clientSecret = ''] = (await secret(output('ClientSecretArn'))).split(',').map((one) => one.trim());
  const time = String(now());
  const mac = createHmac('sha256', clientSecret).update(`POST${url}[]${time}`).digest('base64');
  const signed = { 'x-hubspot-signature-v3': mac, 'x-hubspot-request-timestamp': time };
  return [
    {
      what: t.unsigned,
      expected: 401,
      answered: await post(url, {}),
      mend: t.unsignedMend,
    },
    {
      what: t.signed,
      expected: 200,
      answered: await post(url, signed),
      mend: t.signedMend,
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

export function readableSmoke(checks: readonly Check[], t: OutputTexts['smoke'] = outputTexts.en.smoke): string {
  const width = Math.max(t.ok.length, t.fail.length);
  const lines = checks.map(({ what, expected, answered, mend }) =>
    answered === expected
      ? `${t.ok.padEnd(width)}  ${what}`
      : `${t.fail.padEnd(width)}  ${t.wrong(what, answered, expected)}\n${' '.repeat(width)}  ${t.mend}: ${mend}`,
  );
  return `${lines.join('\n')}\n`;
}

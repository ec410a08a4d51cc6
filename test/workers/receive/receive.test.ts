import { createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { ourTime } from '../../../src/clocks.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { receive } from '../../../src/workers/receive/receive.ts';
import { forms, testRegistry } from '../../helpers/registry.ts';

const SECRET = 'a client secret';
const NOW = 1_764_000_000_000;
const OPT_OUT = {
  subscriptionType: 'object.propertyChange',
  objectTypeId: '0-1',
  portalId: 1,
  objectId: 101,
  propertyName: 'hs_email_optout_501',
  propertyValue: 'true',
  occurredAt: NOW - 1000,
};
const SUBMISSION = {
  event: 'form-submission',
  formId: forms.ofCompany,
  contactId: '101',
  email: 'anna@example.at',
  submittedAt: NOW - 1000,
};

type Post = { publicUrl: string; signedUrl: string; rawPath: string; body: unknown; secret?: string };

/** What receive makes of a request that HubSpot signed for `signedUrl` and API Gateway hands over as `rawPath`. */
async function post({ publicUrl, signedUrl, rawPath, body, secret = SECRET }: Post) {
  const text = JSON.stringify(body);
  const mac = createHmac('sha256', secret).update(`POST${signedUrl}${text}${NOW}`).digest('base64');
  const signals: Signal[] = [];
  const measured: Record<string, number> = {};
  const event = {
    rawPath,
    rawQueryString: '',
    headers: { 'x-hubspot-signature-v3': mac, 'x-hubspot-request-timestamp': String(NOW) },
    body: text,
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST', path: rawPath } },
  } as unknown as APIGatewayProxyEventV2;
  const { statusCode } = await receive(event, {
    registry: testRegistry(),
    publicUrl,
    clientSecrets: () => Promise.resolve([SECRET]),
    acceptV2: false,
    queue: (all) => Promise.resolve(void signals.push(...all)),
    now: () => ourTime(NOW),
    measure(name, value) {
      measured[name] = (measured[name] ?? 0) + value;
    },
  });
  return { statusCode, kinds: signals.map(({ kind }) => kind), measured };
}

/**
 * Behind a custom domain with an API mapping, payload format 2.0 gives the mapping's key as a part of `rawPath`; behind a
 * proxy that takes the base path away, it does not. HubSpot signs the URL that it was told to call.
 */
describe.each([
  ['no base path', 'https://hooks.example.at', ''],
  ['a base path that stays in rawPath', 'https://hooks.example.at/hubspot', '/hubspot'],
  ['a base path that was taken away', 'https://hooks.example.at/hubspot', ''],
  ['a base path that looks like the route', 'https://hooks.example.at/webhooks', ''],
  ['the same, staying in rawPath', 'https://hooks.example.at/webhooks', '/webhooks'],
  ['a public URL with a slash at its end', 'https://hooks.example.at/hubspot/', '/hubspot'],
])('%s', (_, publicUrl, prefix) => {
  const base = publicUrl.replace(/\/$/, '');

  test('webhooks are taken', async () => {
    const signedUrl = `${base}/webhooks/hubspot`;
    const taken = await post({ publicUrl, signedUrl, rawPath: `${prefix}/webhooks/hubspot`, body: [OPT_OUT] });
    expect(taken).toMatchObject({ statusCode: 200, kinds: ['control'] });
  });

  test('workflows are taken', async () => {
    const signedUrl = `${base}/webhooks/hubspot/workflows`;
    const rawPath = `${prefix}/webhooks/hubspot/workflows`;
    const taken = await post({ publicUrl, signedUrl, rawPath, body: SUBMISSION });
    expect(taken).toMatchObject({ statusCode: 200, kinds: ['form'] });
  });
});

describe('accepted events are counted, whatever becomes of them', () => {
  const publicUrl = 'https://hooks.example.at';
  const here = { publicUrl, signedUrl: `${publicUrl}/webhooks/hubspot`, rawPath: '/webhooks/hubspot' };

  test('those that are queued, dropped or unreadable', async () => {
    const body = [OPT_OUT, { ...OPT_OUT, portalId: 2 }, { subscriptionType: 'contact.creation' }];
    expect((await post({ ...here, body })).measured).toMatchObject({
      EventAccepted: 3,
      EventQueued: 1,
      EventDropped: 2,
    });
  });

  test('but not what a scanner sends, nor an empty list', async () => {
    expect((await post({ ...here, body: [OPT_OUT], secret: 'guessed' })).measured).toEqual({ RequestRefused: 1 });
    expect((await post({ ...here, body: [] })).measured).toEqual({});
  });
});

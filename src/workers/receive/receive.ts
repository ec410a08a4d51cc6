import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type SignatureVerdict, type SignedRequest, verifyV2, verifyV3 } from '../../hubspot/signature.ts';
import { type Ignored, signalOfWebhook } from '../../hubspot/webhook-event.ts';
import { signalsOfWorkflow } from '../../hubspot/workflow-body.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Signal } from '../../signals/signal.ts';
import type { Measure } from '../../telemetry/telemetry.ts';

export type ReceiveDeps = {
  registry: Registry;
  /** Base URL that HubSpot was told to call; never rebuilt from the request, whose host a proxy may change. */
  publicUrl: string;
  /** The secrets in force; `fresh`: read anew, because one may just have been rotated. */
  clientSecrets: (fresh: boolean) => Promise<string[]>;
  acceptV2: boolean;
  queue: (signals: readonly Signal[]) => Promise<void>;
  now: () => number;
  measure: Measure;
};

const WEBHOOKS = '/webhooks/hubspot';
const WORKFLOWS = '/webhooks/hubspot/workflows';
/** HubSpot sends at most 100 events a request; SQS and Lambda end at 1 MiB. */
const MAX_EVENTS = 100;
const MAX_BYTES = 1024 * 1024;

/** Takes one webhook request: verify, parse, drop what no rule needs, queue, answer. 2xx only when all that matters is queued. */
export async function receive(
  event: APIGatewayProxyEventV2,
  deps: ReceiveDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  const refuse = (statusCode: number, reason: string) => {
    deps.measure('RequestRefused', 1, { reason });
    return answer(statusCode, { error: reason });
  };
  const now = deps.now();
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.byteLength > MAX_BYTES) return refuse(413, 'too large: at most 1 MiB');

  const route = routeOf(event.rawPath, deps.publicUrl);
  const workflow = route === WORKFLOWS;
  const query = event.rawQueryString ? `?${event.rawQueryString}` : '';
  const request: SignedRequest = {
    method: event.requestContext.http.method,
    url: `${deps.publicUrl.replace(/\/$/, '')}${route}${query}`,
    body,
    headers: event.headers,
  };
  const acceptV2 = workflow && deps.acceptV2;
  let verdict = verify(request, await deps.clientSecrets(false), acceptV2, now);
  // HubSpot's workflows never try a 401 again: a secret rotated this minute must not cost a submission.
  if (verdict === 'mismatch') verdict = verify(request, await deps.clientSecrets(true), acceptV2, now);
  if (verdict !== 'valid') return refuse(401, `signature ${verdict}`);

  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    return refuse(400, 'the body is not JSON');
  }
  let read: (Signal | Ignored)[];
  if (workflow) {
    if (typeof parsed !== 'object' || parsed === null) return refuse(400, 'the body is not a JSON object');
    read = signalsOfWorkflow(parsed, deps.registry, now);
  } else {
    if (!Array.isArray(parsed)) return refuse(400, 'the body is not a JSON array of events');
    if (parsed.length > MAX_EVENTS) return refuse(413, `too many events: at most ${MAX_EVENTS}`);
    read = parsed.map((one) => signalOfWebhook(one, deps.registry, now));
  }
  if (read.length > 0) deps.measure('EventAccepted', read.length);
  const signals = [...new Map(read.filter((one) => typeof one !== 'string').map((one) => [one.id, one])).values()];
  const dropped = read.filter((one) => typeof one === 'string');
  await deps.queue(signals);
  for (const [reason, group] of Map.groupBy(dropped, (one) => one))
    deps.measure('EventDropped', group.length, { reason });
  if (signals.length > 0) deps.measure('EventQueued', signals.length);
  return answer(200, { queued: signals.length, dropped: dropped.length });
}

/**
 * The path behind the public URL. Payload format 2.0 gives the base path of a custom domain's API mapping as a part of
 * `rawPath`; a proxy may have taken that away.
 */
function routeOf(rawPath: string, publicUrl: string): string {
  if (rawPath === WEBHOOKS || rawPath === WORKFLOWS) return rawPath;
  const base = new URL(publicUrl).pathname.replace(/\/$/, '');
  return rawPath.startsWith(`${base}/`) ? rawPath.slice(base.length) : rawPath;
}

function verify(request: SignedRequest, secrets: string[], acceptV2: boolean, now: number): SignatureVerdict {
  const v3 = verifyV3(request, secrets, now);
  return v3 === 'missing' && acceptV2 ? verifyV2(request, secrets) : v3;
}

function answer(statusCode: number, body: Record<string, unknown>): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { millis, type Now, type OurTime } from '../../clocks.ts';
import { parseJson } from '../../hubspot/fields.ts';
import { type SignatureVerdict, type SignedRequest, verifyV2, verifyV3 } from '../../hubspot/signature.ts';
import { type Ignored, signalOfWebhook } from '../../hubspot/webhook-event.ts';
import { signalsOfWorkflow } from '../../hubspot/workflow-body.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Signal } from '../../signals/signal.ts';
import type { Measure } from '../../telemetry/telemetry.ts';

export type ReceiveDeps = {
  registry: Registry;
  /** Base URL that HubSpot was told to call; never rebuilt from the request: a proxy may change the host. */
  publicUrl: string;
  /** The secrets in force; `fresh`: read anew, because an operator may just have rotated a secret. */
  clientSecrets: (freshness: 'cached' | 'fresh') => Promise<string[]>;
  acceptV2: boolean;
  queue: (signals: readonly Signal[]) => Promise<void>;
  now: Now;
  measure: Measure;
};

const WEBHOOKS = '/webhooks/hubspot';
const WORKFLOWS = '/webhooks/hubspot/workflows';
/** HubSpot sends at most 100 events a request. Lambda takes 6 MB; a workflow's full contact body may be large, only its signals are queued. */
const MAX_EVENTS = 100;
const MAX_BYTES = 6 * 1024 * 1024;

/** Why a request is not taken: the HTTP status, and a word for the metric. */
type Refusal = { status: number; reason: string };

/** Takes one webhook request: verify, parse, drop what no rule needs, queue, answer. 2xx only when all that matters is queued. */
export async function receive(
  event: APIGatewayProxyEventV2,
  deps: ReceiveDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { method } = event.requestContext.http;
  if (method !== 'POST') return refuseMethod(deps);
  const now = deps.now();
  const body = bodyOf(event);
  if (Buffer.byteLength(body) > MAX_BYTES) return refuse({ status: 413, reason: 'too large: at most 6 MiB' }, deps);
  const route = routeOf(event.rawPath, deps.publicUrl);
  const verdict = await verdictOn({ ...event, rawPath: route }, body, deps, now);
  if (verdict !== 'valid') return refuse({ status: 401, reason: `signature ${verdict}` }, deps);
  const read = readBody(route, body, deps.registry, now);
  if (!Array.isArray(read)) return refuse(read, deps);

  if (read.length > 0) deps.measure('EventAccepted', read.length);
  const { signals, dropped } = sorted(read);
  await deps.queue(signals);
  for (const [reason, count] of dropped) deps.measure('EventDropped', count, { reason });
  if (signals.length > 0) deps.measure('EventQueued', signals.length);
  return answer(200, { queued: signals.length, dropped: [...dropped.values()].reduce((sum, count) => sum + count, 0) });
}

/** Each signal once, whatever HubSpot repeats within a request; and how many events no rule needs, by reason. */
function sorted(read: readonly (Signal | Ignored)[]): { signals: Signal[]; dropped: Map<Ignored, number> } {
  const signals = new Map<string, Signal>();
  const dropped = new Map<Ignored, number>();
  for (const one of read) {
    if (typeof one === 'string') dropped.set(one, (dropped.get(one) ?? 0) + 1);
    else signals.set(one.id, one);
  }
  return { signals: [...signals.values()], dropped };
}

/** The body as it arrived. Well-formed text is not copied: its UTF-8 is what HubSpot signed. */
function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer | string {
  if (!isBase64Encoded && body.isWellFormed()) return body;
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

async function verdictOn(
  event: APIGatewayProxyEventV2,
  body: SignedRequest['body'],
  deps: ReceiveDeps,
  now: OurTime,
): Promise<SignatureVerdict> {
  const query = event.rawQueryString ? `?${event.rawQueryString}` : '';
  const request: SignedRequest = {
    method: event.requestContext.http.method,
    url: `${deps.publicUrl.replace(/\/$/, '')}${event.rawPath}${query}`,
    body,
    headers: event.headers,
  };
  const versions = event.rawPath === WORKFLOWS && deps.acceptV2 ? EITHER : V3_ONLY;
  const verdict = verify(request, await deps.clientSecrets('cached'), versions, now);
  // HubSpot's workflows never try a 401 again: a secret rotated this minute must not cost a submission.
  return verdict === 'mismatch' ? verify(request, await deps.clientSecrets('fresh'), versions, now) : verdict;
}

/** What a verified body says. */
function readBody(
  path: string,
  body: SignedRequest['body'],
  registry: Registry,
  now: OurTime,
): (Signal | Ignored)[] | Refusal {
  let parsed: unknown;
  try {
    parsed = parseJson(String(body));
  } catch {
    return { status: 400, reason: 'the body is not JSON' };
  }
  if (path === WORKFLOWS) {
    if (typeof parsed !== 'object' || parsed === null) return { status: 400, reason: 'the body is not a JSON object' };
    return signalsOfWorkflow(parsed, registry, now);
  }
  if (!Array.isArray(parsed)) return { status: 400, reason: 'the body is not a JSON array of events' };
  if (parsed.length > MAX_EVENTS) return { status: 413, reason: `too many events: at most ${MAX_EVENTS}` };
  return parsed.map((one) => signalOfWebhook(one, registry, now));
}

/** The signature versions that a route takes: workflows sign with v2. */
type Versions = readonly ('v3' | 'v2')[];
const V3_ONLY: Versions = ['v3'];
const EITHER: Versions = ['v3', 'v2'];

/**
 * The path behind the public URL. Payload format 2.0 gives the base path of a custom domain's API mapping as a part of
 * `rawPath`; a proxy may have taken that away.
 */
function routeOf(rawPath: string, publicUrl: string): string {
  if (rawPath === WEBHOOKS || rawPath === WORKFLOWS) return rawPath;
  const base = new URL(publicUrl).pathname.replace(/\/$/, '');
  return rawPath.startsWith(`${base}/`) ? rawPath.slice(base.length) : rawPath;
}

function verify(request: SignedRequest, secrets: string[], versions: Versions, now: OurTime): SignatureVerdict {
  const v3 = verifyV3(request, secrets, millis(now));
  return v3 === 'missing' && versions.includes('v2') ? verifyV2(request, secrets) : v3;
}

function refuse({ status, reason }: Refusal, deps: ReceiveDeps): APIGatewayProxyStructuredResultV2 {
  deps.measure('RequestRefused', 1, { reason });
  return answer(status, { error: reason });
}

/** A workflow's "Send a webhook" can be set to GET, which carries no event. */
function refuseMethod(deps: ReceiveDeps): APIGatewayProxyStructuredResultV2 {
  deps.measure('RequestRefused', 1, { reason: 'method' });
  const error = 'HubSpot’s webhooks come here by POST only: choose the method POST in the workflow’s action.';
  const { headers, ...rest } = answer(405, { error });
  return { ...rest, headers: { ...headers, allow: 'POST' } };
}

function answer(statusCode: number, body: Record<string, unknown>): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

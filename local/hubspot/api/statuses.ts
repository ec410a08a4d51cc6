import { type Context, Hono } from 'hono';
import type { Portal } from '../portal/portal.ts';
import type { PortalStatus, SetReason, StatusValue } from '../portal/types.ts';
import type { ApiOptions } from './account.ts';
import { completed, error, iso } from './answers.ts';
import { answerBatch, type ItemAnswer } from './batch.ts';

type StatusInput = {
  channel: string;
  subscriberIdString: string;
  subscriptionId: number;
  statusState: StatusValue;
  legalBasis?: string;
  legalBasisExplanation?: string;
};

/** A batch answers an item's error by a category; a single call answers the same error by an HTTP status. */
const SINGLE_STATUS: Record<string, number> = { RATE_LIMITS: 429, INTERNAL_ERROR: 500 };

/** Subscription statuses of addresses: read and write, singly or (with the batch scopes) in batches. */
export function statusRoutes(options: ApiOptions): Hono {
  const { clock } = options;
  return new Hono()
    .post('/batch/read', (c) => {
      if (c.req.query('channel') !== 'EMAIL') return withoutChannel(c);
      return withBatchScopes(c, options, () => answerBatch(c, clock, (inputs) => read(inputs, options)));
    })
    .post('/batch/write', (c) =>
      withBatchScopes(c, options, () =>
        answerBatch(c, clock, (inputs) => (inputs as StatusInput[]).map((input) => writeItem(input, options))),
      ),
    )
    .get('/:email', (c) => {
      const address = c.req.param('email');
      if (c.req.query('channel') !== 'EMAIL') return withoutChannel(c);
      if (isLeftOut(address, options)) return error(c, 404, 'OBJECT_NOT_FOUND', 'resource not found');
      return c.json(completed(statusesOf(address, options), clock()));
    })
    .post('/:email', async (c) => {
      const input = { ...(await c.req.json<StatusInput>()), subscriberIdString: c.req.param('email') };
      const category = errorCategory(input, options);
      if (category !== undefined) {
        return error(c, SINGLE_STATUS[category] ?? 400, category, 'the status cannot be set');
      }
      return c.json(completed([write(input, options)], clock()));
    });
}

function withoutChannel(c: Context): Response {
  return error(c, 400, 'VALIDATION_ERROR', 'channel: EMAIL is required');
}

/** Without Marketing Hub Enterprise the token lacks the batch scopes. */
function withBatchScopes(c: Context, { behaviour }: ApiOptions, answer: () => Promise<Response>) {
  return behaviour.batchScopes
    ? answer()
    : error(c, 403, 'MISSING_SCOPES', 'This app hasn’t been granted all required scopes');
}

function read(inputs: unknown[], options: ApiOptions): ItemAnswer[] {
  return inputs.flatMap((input): ItemAnswer[] => {
    const address = String(input);
    if (!address.includes('@')) return [{ error: 'VALIDATION_ERROR', context: { subscriberIdString: [address] } }];
    if (isLeftOut(address, options)) return [];
    return [{ result: { subscriberIdString: spelt(address, options), statuses: statusesOf(address, options) } }];
  });
}

/** HubSpot may leave out an address of which nobody ever set a status. */
function isLeftOut(address: string, { portal, behaviour }: ApiOptions): boolean {
  if (behaviour.unknownAddresses === 'listed') return false;
  return portal.subscriptionTypes.every(({ id }) => portal.status(address, id).timestamp === 0);
}

function writeItem(input: StatusInput, options: ApiOptions): ItemAnswer {
  const category = errorCategory(input, options);
  if (category === undefined) return { result: write(input, options) };
  const context = {
    subscriberIdString: [String(input.subscriberIdString)],
    subscriptionId: [String(input.subscriptionId)],
  };
  return { error: category, context };
}

function write(input: StatusInput, options: ApiOptions) {
  const { portal, behaviour } = options;
  const { subscriberIdString: address, statusState, legalBasis, legalBasisExplanation } = input;
  const subscriptionId = Number(input.subscriptionId);
  const change = {
    status: statusState,
    source: 'Public API',
    ...(legalBasis !== undefined && { legalBasis }),
    ...(legalBasisExplanation !== undefined && { legalBasisExplanation }),
  };
  const actor = { changeSource: behaviour.optOutChangeSource };
  const { status, reason } = portal.setStatus(address, subscriptionId, change, actor);
  return statusBody({ address, subscriptionId, status, reason }, options);
}

/** The category of the error with which an input is refused; undefined when it is fine. */
function errorCategory(input: StatusInput, { portal, behaviour }: ApiOptions): string | undefined {
  const injected = behaviour.itemError?.(input);
  if (injected !== undefined) return injected;
  const { channel, statusState, subscriptionId, subscriberIdString } = input;
  const isClosedAgain = statusState === 'UNSUBSCRIBED' && isClosed(subscriberIdString, Number(subscriptionId), portal);
  if (behaviour.closingAgain === 'refused' && isClosedAgain) return 'VALIDATION_ERROR';
  const isKnown = portal.subscriptionTypes.some(({ id }) => id === Number(subscriptionId));
  const states = ['SUBSCRIBED', 'UNSUBSCRIBED', ...(behaviour.acceptsNotSpecified ? ['NOT_SPECIFIED'] : [])];
  const isRight = channel === 'EMAIL' && isKnown && states.includes(statusState) && subscriberIdString.includes('@');
  return isRight ? undefined : 'VALIDATION_ERROR';
}

function isClosed(address: string, type: number, portal: Portal): boolean {
  return portal.status(address, type).status === 'UNSUBSCRIBED';
}

/** One status for every subscription type of the portal, set or not. */
function statusesOf(address: string, options: ApiOptions) {
  const { portal, behaviour, clock } = options;
  const shown = (timestamp: number) => (behaviour.statusTimesInSeconds ? timestamp - (timestamp % 1000) : timestamp);
  return portal.subscriptionTypes.map(({ id: subscriptionId }) => {
    const status = portal.statusAt(address, subscriptionId, clock() - behaviour.statusLagMs);
    return statusBody({ address, subscriptionId, status: { ...status, timestamp: shown(status.timestamp) } }, options);
  });
}

/** An address as an answer spells it. */
function spelt(address: string, { behaviour }: ApiOptions): string {
  return behaviour.spellsAnswers === 'in one form' ? address.normalize('NFC').toLowerCase() : address;
}

type Held = { address: string; subscriptionId: number; status: PortalStatus; reason?: SetReason };

/** A status as HubSpot writes it. */
function statusBody({ address, subscriptionId, status, reason }: Held, options: ApiOptions) {
  const { timestamp, ...rest } = status;
  const { subscriptionTypes } = options.portal;
  return {
    channel: 'EMAIL',
    subscriberIdString: spelt(address, options),
    subscriptionId,
    subscriptionName: subscriptionTypes.find(({ id }) => id === subscriptionId)?.name,
    timestamp: iso(timestamp),
    ...rest,
    ...(reason !== undefined && { setStatusSuccessReason: reason }),
  };
}

import { type Context, Hono } from 'hono';
import type { Behaviour } from '../behaviour.ts';
import type { Portal, PortalContact, PortalStatus, SetReason, StatusValue } from '../portal/portal.ts';

export type Call = { method: string; path: string; items: number; status: number; at: number };
export type ApiOptions = {
  portal: Portal;
  accessToken: string;
  behaviour: Behaviour;
  clock: () => number;
  /** Names of the contact properties that exist besides HubSpot's own; undefined: any. */
  properties?: readonly string[];
  forms: readonly { id: string; subscriptions: number[] }[];
  /** Published marketing e-mails. */
  emails: readonly { id: string; name: string; subscription: number }[];
  calls: Call[];
};

const VERSION = '2026-09';
const CONTACTS = `/crm/objects/${VERSION}/contacts`;
const PREFERENCES = `/communication-preferences/${VERSION}`;
const BATCH = 100;
/** What stands in a batch as one item's category is a single call's HTTP status. */
const SINGLE_STATUS: Record<string, number> = { RATE_LIMITS: 429, INTERNAL_ERROR: 500 };
const API_ACTOR = { changeSource: 'INTEGRATION', sourceId: '54321' };

type Body = Record<string, unknown>;
type Answer = { status: number; body?: unknown };

/** HubSpot's REST API as far as `../shared/hubspot.md` describes it. */
export function createApi(options: ApiOptions): Hono {
  const { portal, behaviour, clock, calls } = options;
  const app = new Hono();
  const starts: number[] = [];

  app.use('*', async (c, next) => {
    const { method, path } = c.req;
    const call: Call = { method, path, items: 1, status: 0, at: clock() };
    calls.push(call);
    const trouble = await refusal(c);
    if (trouble !== undefined) {
      call.status = trouble.status;
      return trouble;
    }
    const body = method === 'GET' ? undefined : await c.req.json<Body>().catch(() => undefined);
    if (Array.isArray(body?.['inputs'])) call.items = body['inputs'].length;
    await next();
    call.status = c.res.status;
    return undefined;
  });

  async function refusal(c: Context): Promise<Response | undefined> {
    const now = clock();
    if (behaviour.outage === 'answers 503') return error(c, 503, 'SERVICE_UNAVAILABLE', 'the service is down');
    const failure = behaviour.fail?.({ method: c.req.method, path: c.req.path });
    if (failure !== undefined)
      return error(c, failure, 'INJECTED', `as the test wished: ${c.req.path} ${await c.req.text()}`);
    if (c.req.header('authorization') !== `Bearer ${options.accessToken}`) {
      return error(c, 401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
    }
    while (starts[0] !== undefined && starts[0] <= now - 10_000) starts.shift();
    if (starts.length >= behaviour.limitPer10Seconds) {
      const headers: Record<string, string> =
        behaviour.retryAfterSeconds === undefined ? {} : { 'retry-after': String(behaviour.retryAfterSeconds) };
      const body = {
        status: 'error',
        message: 'You have reached your ten_secondly_rolling limit.',
        errorType: 'RATE_LIMIT',
        policyName: 'TEN_SECONDLY_ROLLING',
        correlationId: 'twin',
      };
      return c.json(body, 429, headers);
    }
    starts.push(now);
    c.header('x-hubspot-ratelimit-max', String(behaviour.limitPer10Seconds));
    c.header('x-hubspot-ratelimit-interval-milliseconds', '10000');
    return undefined;
  }

  app.post(`${CONTACTS}/batch/read`, (c) =>
    batch(c, BATCH, (inputs, body) => {
      const wanted = strings(body['properties']);
      const history = strings(body['propertiesWithHistory']);
      const archived = c.req.query('archived') === 'true';
      const idProperty = body['idProperty'] === 'email' ? 'email' : 'id';
      return inputs.map((input) => {
        const id = String((input as Body)['id']);
        const contact =
          idProperty === 'email' ? portal.byAddress(id)[0] : archived ? portal.archived(id) : portal.contact(id);
        if (contact === undefined) return { error: 'OBJECT_NOT_FOUND', context: { ids: [id] } };
        return { result: contactBody(contact, wanted, history) };
      });
    }),
  );

  app.post(`${CONTACTS}/batch/update`, (c) =>
    batch(c, BATCH, (inputs) => {
      const all = inputs as { id: string; properties: Record<string, string> }[];
      const names = all.flatMap(({ properties }) => Object.keys(properties));
      const wrong = names.find((name) => !writable(name));
      if (wrong !== undefined) return { refused: 'VALIDATION_ERROR', message: `Property ${wrong} cannot be written` };
      return all.map((input) => {
        const contact = portal.contact(input.id);
        if (contact === undefined) return { error: 'OBJECT_NOT_FOUND', context: { ids: [input.id] } };
        const category = behaviour.itemError?.(input);
        if (category !== undefined) return { error: category, context: { ids: [input.id] } };
        for (const [name, value] of Object.entries(input.properties))
          portal.setProperty(contact, name, value, API_ACTOR);
        return { result: contactBody(contact, Object.keys(input.properties), []) };
      });
    }),
  );

  app.post(`${CONTACTS}/search`, async (c) => {
    const body = await c.req.json<SearchBody>();
    const limit = Math.min(body.limit ?? 10, 200);
    const after = Number(body.after ?? 0);
    if (after + limit > 10_000) return error(c, 400, 'VALIDATION_ERROR', 'search ends at 10,000 results');
    const found = [...portal.contacts.values()]
      .filter((contact) => !contact.archived && matches(contact, body.filterGroups ?? []))
      .sort((a, b) => Number(a.id) - Number(b.id));
    const page = found.slice(after, after + limit);
    const results = page.map((contact) => contactBody(contact, body.properties ?? [], []));
    const next = after + limit < found.length ? { paging: { next: { after: String(after + limit) } } } : {};
    return c.json({ total: found.length, results, ...next });
  });

  app.get(`${CONTACTS}/:id`, (c) => {
    const contact = portal.contact(c.req.param('id'));
    if (contact === undefined) return error(c, 404, 'OBJECT_NOT_FOUND', 'resource not found');
    const list = (name: string) => (c.req.query(name) ?? '').split(',').filter((one) => one !== '');
    return c.json(contactBody(contact, list('properties'), list('propertiesWithHistory')));
  });

  app.get(`${PREFERENCES}/definitions`, (c) =>
    c.json({
      results: portal.subscriptionTypes.map(({ id, name }) => ({
        id: String(id),
        name,
        description: name,
        purpose: 'Marketing',
        communicationMethod: 'Email',
        isActive: true,
        isDefault: false,
        isInternal: false,
        createdAt: new Date(0).toISOString(),
        updatedAt: new Date(0).toISOString(),
      })),
    }),
  );

  app.get(`/crm/properties/${VERSION}/contacts`, (c) =>
    c.json({ results: (options.properties ?? []).map((name) => ({ name, type: 'enumeration', options: [] })) }),
  );

  app.get(`/marketing/forms/${VERSION}-beta`, (c) =>
    c.json({
      results: options.forms.map(({ id, subscriptions }) => ({
        id,
        name: `form ${id.slice(-5)}`,
        legalConsentOptions: {
          type: 'explicit_consent_to_process',
          communicationsCheckboxes: subscriptions.map((subscriptionTypeId) => ({
            subscriptionTypeId,
            label: 'yes',
            required: false,
          })),
        },
      })),
    }),
  );

  app.get(`/marketing/emails/${VERSION}`, (c) =>
    c.json({
      results: options.emails.map(({ id, name, subscription }) => ({
        id,
        name,
        isPublished: true,
        subscriptionDetails: { subscriptionId: String(subscription) },
      })),
    }),
  );

  app.post(`${PREFERENCES}/statuses/batch/read`, (c) =>
    batch(
      c,
      BATCH,
      (inputs) =>
        inputs.map((input) => {
          const address = String(input);
          if (!address.includes('@')) return { error: 'VALIDATION_ERROR', context: { subscriberIdString: [address] } };
          return { result: { subscriberIdString: address, statuses: statusesOf(address) } };
        }),
      'scope',
    ),
  );

  app.post(`${PREFERENCES}/statuses/batch/write`, (c) =>
    batch(
      c,
      BATCH,
      (inputs) =>
        (inputs as StatusInput[]).map((input) => {
          const category = behaviour.itemError?.(input) ?? wrongWith(input);
          const context = {
            subscriberIdString: [String(input.subscriberIdString)],
            subscriptionId: [String(input.subscriptionId)],
          };
          return category === undefined ? { result: write(input) } : { error: category, context };
        }),
      'scope',
    ),
  );

  app.get(`${PREFERENCES}/statuses/:email`, (c) =>
    c.json({ status: 'SUCCESS', results: statusesOf(c.req.param('email')) }),
  );

  app.post(`${PREFERENCES}/statuses/:email`, async (c) => {
    const body = await c.req.json<StatusInput>();
    const input = { ...body, subscriberIdString: c.req.param('email') };
    const category = behaviour.itemError?.(input) ?? wrongWith(input);
    if (category !== undefined) return error(c, SINGLE_STATUS[category] ?? 400, category, 'the status cannot be set');
    return c.json({ status: 'COMPLETE', results: [write(input)] });
  });

  // Widerruf must never call these: they reach buyer service mail, or subscribe without a person.
  app.all('*', (c) => {
    const forbidden = /unsubscribe-all|resubscribe|links\/generate/.test(c.req.path);
    return forbidden
      ? error(c, 500, 'FORBIDDEN_BY_MISSION', 'this must never be called')
      : error(c, 404, 'OBJECT_NOT_FOUND', 'resource not found');
  });

  function write(input: StatusInput) {
    const { status, reason } = portal.setStatus(
      input.subscriberIdString,
      Number(input.subscriptionId),
      {
        status: input.statusState,
        source: 'Public API',
        ...(input.legalBasis !== undefined && { legalBasis: input.legalBasis }),
        ...(input.legalBasisExplanation !== undefined && { legalBasisExplanation: input.legalBasisExplanation }),
      },
      { changeSource: behaviour.optOutChangeSource },
    );
    return statusBody(input.subscriberIdString, Number(input.subscriptionId), status, reason);
  }

  function wrongWith({ channel, statusState, subscriptionId, subscriberIdString }: StatusInput): string | undefined {
    const known = portal.subscriptionTypes.some(({ id }) => id === Number(subscriptionId));
    const states = ['SUBSCRIBED', 'UNSUBSCRIBED', ...(behaviour.acceptsNotSpecified ? ['NOT_SPECIFIED'] : [])];
    const right = channel === 'EMAIL' && known && states.includes(statusState) && subscriberIdString.includes('@');
    return right ? undefined : 'VALIDATION_ERROR';
  }

  function statusesOf(address: string) {
    return portal.subscriptionTypes.map(({ id }) => statusBody(address, id, portal.status(address, id)));
  }

  function statusBody(address: string, subscriptionId: number, status: PortalStatus, reason?: SetReason) {
    const name = portal.subscriptionTypes.find(({ id }) => id === subscriptionId)?.name;
    const { timestamp, ...rest } = status;
    return {
      channel: 'EMAIL',
      subscriberIdString: address,
      subscriptionId,
      subscriptionName: name,
      timestamp: new Date(timestamp).toISOString(),
      ...rest,
      ...(reason !== undefined && { setStatusSuccessReason: reason }),
    };
  }

  function contactBody(contact: PortalContact, properties: readonly string[], history: readonly string[]) {
    const names = ['hs_object_id', ...properties];
    const value = (name: string) => (name === 'hs_object_id' ? contact.id : portal.property(contact, name));
    const versions = (name: string) =>
      portal.history(contact, name).map((one) => ({ ...one, timestamp: new Date(one.timestamp).toISOString() }));
    return {
      id: contact.id,
      properties: Object.fromEntries(names.map((name) => [name, value(name)])),
      ...(history.length > 0 && {
        propertiesWithHistory: Object.fromEntries(history.map((name) => [name, versions(name)])),
      }),
      createdAt: new Date(contact.createdAt).toISOString(),
      updatedAt: new Date(contact.updatedAt).toISOString(),
      archived: contact.archived,
    };
  }

  function writable(name: string): boolean {
    if (name.startsWith('hs_')) return false;
    return options.properties === undefined || options.properties.includes(name) || name === 'email';
  }

  function matches(contact: PortalContact, groups: FilterGroup[]): boolean {
    if (groups.length === 0) return true;
    return groups.some(({ filters }) =>
      filters.every(({ propertyName, operator, value, values }) => {
        const held = propertyName === 'hs_object_id' ? contact.id : (portal.property(contact, propertyName) ?? '');
        switch (operator) {
          case 'EQ':
            return held === value;
          case 'NEQ':
            return held !== value;
          case 'HAS_PROPERTY':
            return held !== '';
          case 'NOT_HAS_PROPERTY':
            return held === '';
          case 'GT':
            return Number(held) > Number(value);
          case 'GTE':
            return Number(held) >= Number(value);
          case 'LT':
            return Number(held) < Number(value);
          case 'LTE':
            return Number(held) <= Number(value);
          case 'IN':
            return (values ?? []).includes(held);
          default:
            return false;
        }
      }),
    );
  }

  async function batch(
    c: Context,
    max: number,
    handle: (inputs: unknown[], body: Body) => ItemAnswer[] | { refused: string; message: string },
    scope?: 'scope',
  ): Promise<Response> {
    if (scope !== undefined && !behaviour.batchScopes) {
      return error(c, 403, 'MISSING_SCOPES', 'This app hasn’t been granted all required scopes');
    }
    const body = await c.req.json<Body>().catch(() => undefined);
    const inputs = body?.['inputs'];
    if (body === undefined || !Array.isArray(inputs) || inputs.length === 0 || inputs.length > max) {
      return error(c, 400, 'VALIDATION_ERROR', `inputs: 1 to ${max} are allowed`);
    }
    const startedAt = new Date(clock()).toISOString();
    const items = handle(inputs, body);
    if (!Array.isArray(items)) return error(c, 400, items.refused, items.message);
    const results = items.flatMap((item) => ('result' in item ? [item.result] : []));
    const errors = items.flatMap((item) =>
      'error' in item
        ? [{ status: 'error', category: item.error, message: 'refused', context: item.context, errors: [], links: {} }]
        : [],
    );
    const answer: Answer = {
      status: errors.length > 0 ? 207 : 200,
      body: {
        status: 'COMPLETE',
        results,
        ...(errors.length > 0 && { numErrors: errors.length, errors }),
        startedAt,
        completedAt: new Date(clock()).toISOString(),
      },
    };
    return c.json(answer.body as object, answer.status as 200);
  }
  return app;
}

type ItemAnswer = { result: unknown } | { error: string; context: Record<string, string[]> };
type FilterGroup = { filters: { propertyName: string; operator: string; value?: string; values?: string[] }[] };
type SearchBody = { filterGroups?: FilterGroup[]; properties?: string[]; limit?: number; after?: string };
type StatusInput = {
  channel: string;
  subscriberIdString: string;
  subscriptionId: number;
  statusState: StatusValue;
  legalBasis?: string;
  legalBasisExplanation?: string;
};

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function error(c: Context, status: number, category: string, message: string): Response {
  return c.json({ status: 'error', category, message, correlationId: 'twin' }, status as 400);
}

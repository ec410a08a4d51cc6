import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { Call } from './api/account.ts';
import { createApi } from './api/api.ts';
import { publicFormRoutes } from './api/submissions.ts';
import { type Behaviour, ordinary } from './behaviour.ts';
import { controlRoutes } from './control.ts';
import { Faults } from './faults.ts';
import { createPeople, type People } from './people/people.ts';
import { Portal } from './portal/portal.ts';
import type { PortalEvent } from './portal/types.ts';
import type { Target } from './webhooks/delivery.ts';
import { machine, type Network } from './webhooks/network.ts';
import { Sender } from './webhooks/sender.ts';

export type TwinOptions = {
  /** HubSpot account id. */
  portal: number;
  accessToken: string;
  clientSecret: string;
  subscriptionTypes: { id: number; name: string }[];
  /** Contact properties whose changes the app subscribed to. */
  watchedProperties: readonly string[];
  /** Whether the app subscribed to creations, deletions, restores and merges (default no). */
  recordEvents?: boolean;
  /** Contact properties that exist besides HubSpot's own; undefined: any. */
  properties?: readonly string[];
  /** Properties into which a workflow copies a type's opt-out ("true"/"false"), by the type's id. */
  copies?: ReadonlyMap<number, string>;
  forms?: readonly { id: string; subscriptions: number[] }[];
  /** File that keeps the portal over a restart. */
  journal?: string;
  port?: number;
  clock?: () => number;
  random?: () => number;
  behaviour?: Partial<Behaviour>;
  /** How webhooks travel; default: this machine's network. */
  network?: Network;
  /** Told of each batch of webhooks that is lost or sent twice. */
  strikes?: (fault: 'lost' | 'duplicates') => void;
  /** Told of every change, before any webhook. */
  observe?: (event: PortalEvent) => void;
};

/** The account itself; its API is a function of requests. */
export type TwinAccount = {
  app: Hono;
  portal: Portal;
  behaviour: Behaviour;
  /** Ways in which the API fails (`set`). */
  faults: Faults;
  people: People;
  sender: Sender;
  /** Every API call, oldest first. */
  calls: Call[];
  /** Published marketing e-mails, and the type that each is sent under. */
  emails: { id: string; name: string; subscription: number }[];
};

export type Twin = Omit<TwinAccount, 'app'> & {
  url: string;
  connect(target: Target): void;
  stop(): Promise<void>;
};

/**
 * A HubSpot account without a network: its API as a function, its webhooks, what people do there (`POST /twin/<action>`), and how it is
 * told to fail (`control.ts`).
 */
export function createTwin(options: TwinOptions): TwinAccount {
  const clock = options.clock ?? Date.now;
  const random = options.random ?? Math.random;
  const behaviour: Behaviour = { ...ordinary, lostContacts: new Set(), ...options.behaviour };
  const watched = new Set(options.watchedProperties);
  const sender = new Sender({
    portal: options.portal,
    secret: options.clientSecret,
    behaviour,
    clock,
    random,
    watches: (property) => watched.has(property),
    recordEvents: options.recordEvents ?? false,
    ...(options.network !== undefined && { network: options.network }),
    ...(options.strikes !== undefined && { strikes: options.strikes }),
  });
  const never = new AbortController().signal;
  const later = (run: () => void) => {
    if (behaviour.copyDelayMs === 0) run();
    else void (options.network ?? machine).sleep(behaviour.copyDelayMs, never).then(run);
  };
  const portal = new Portal({
    subscriptionTypes: options.subscriptionTypes,
    clock,
    behaviour,
    ...(options.journal !== undefined && { journal: options.journal }),
    onEvent: (event) => {
      options.observe?.(event);
      sender.tell(event);
      copyOptOut(event, portal, options.copies ?? new Map(), later);
    },
  });
  const forms = new Map((options.forms ?? []).map(({ id, subscriptions }) => [id, subscriptions]));
  const people = createPeople({
    portal,
    account: options.portal,
    sender,
    behaviour,
    clock,
    formSubscriptions: (form) => forms.get(form) ?? [],
    hasWorkflow: (form) => options.forms === undefined || forms.has(form),
  });

  const calls: Call[] = [];
  const emails: Twin['emails'] = [];
  const faults = new Faults();
  const app = new Hono();
  app.route('/twin', controlRoutes({ behaviour, faults }));
  app.post('/twin/:action', (c) => act(c, people));
  app.route('/', publicFormRoutes(people, { portal: options.portal, forms: options.forms }));
  app.route(
    '/',
    createApi({
      portal,
      accessToken: options.accessToken,
      behaviour,
      faults,
      clock,
      calls,
      emails,
      forms: options.forms ?? [],
      ...(options.properties !== undefined && { properties: options.properties }),
    }),
  );
  return { app, portal, behaviour, faults, people, sender, calls, emails };
}

/** Lets somebody act over HTTP: `POST /twin/<action>` with a JSON object of the action's arguments. */
async function act(c: Context, people: People): Promise<Response> {
  const name = c.req.param('action') as keyof People;
  if (!Object.hasOwn(people, name)) return c.json({ error: `actions: ${Object.keys(people).join(', ')}` }, 404);
  try {
    const action = people[name] as (argument: unknown) => unknown;
    return c.json((action(await c.req.json<unknown>()) as object | undefined) ?? {});
  } catch (error) {
    return c.json({ error: error instanceof Error ? error.message : 'failed' }, 400);
  }
}

/** A portal's workflow: where the registry names a watched property of its own, a type's opt-out is copied into that property. */
function copyOptOut(
  event: PortalEvent,
  portal: Portal,
  copies: ReadonlyMap<number, string>,
  later: (run: () => void) => void,
): void {
  const copy = copies.get(Number(/^hs_email_optout_(\d+)$/.exec(event.propertyName ?? '')?.[1]));
  if (copy === undefined) return;
  later(() => {
    const contact = portal.contact(event.contact);
    if (contact !== undefined) {
      portal.setProperty(contact, copy, event.propertyValue ?? '', { changeSource: 'WORKFLOWS' });
    }
  });
}

/** A HubSpot account on this machine, its API over HTTP. */
export async function startTwin(options: TwinOptions): Promise<Twin> {
  const { app, ...account } = createTwin(options);
  const { behaviour, sender } = account;
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.prependListener('request', (request) => {
    const cut = behaviour.outage === 'cuts connections' && request.url?.startsWith('/twin/') !== true;
    if (cut) request.socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...account,
    connect: (target) => sender.connect(target),
    async stop() {
      await sender.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

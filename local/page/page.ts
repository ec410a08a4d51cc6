import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import type { Lookup } from '../../ops/person.ts';
import type { Speech } from '../../ops/texts/speech.ts';
import type { Language } from '../../ops/texts/words.ts';
import type { AuditReport } from '../../src/workers/audit/report.ts';
import type { Cloud } from '../aws/cloud.ts';
import type { Twin } from '../hubspot/twin.ts';
import { queueDepths } from '../queue-depths.ts';
import { Act, perform } from './acts.ts';
import { auditShown } from './audit.ts';
import { dashboardOf } from './dashboard.ts';
import { disclosurePage } from './disclosure.ts';
import { events } from './events.ts';
import { browserFile, contentSecurityPolicy, libraryFile } from './files.ts';
import { onlyHere } from './guard.ts';
import { type Step, stepsOf } from './journey.ts';
import { calledIn, type Layout } from './layout.ts';
import type { Live } from './live.ts';
import { newPeopleOf } from './newcomers.ts';
import { type PeopleSource, peoplePage, personRow } from './people.ts';
import { runbookPage } from './runbook.ts';
import { type Served, serve } from './server.ts';
import { Weather, WeatherOver } from './weather.ts';
import { whyOf } from './why.ts';

/** What the page shows: the running system; what looking somebody up needs is of it. */
export type PageOptions = Lookup & {
  /** Port of the page; in use or 0: any free one. */
  port: number;
  cloud: Cloud;
  live: Live;
  layout: Layout;
  /** How things are told, in each language. */
  speeches: Readonly<Record<Language, Speech>>;
  source: PeopleSource;
  lastAudit: () => Promise<AuditReport | null>;
  /** Folder of the functions' logs. */
  logs: string;
  /** Undefined: a real HubSpot, in which nobody acts from here. */
  twin?: Twin;
};

const PeopleQuery = z.object({
  search: z._default(z.string().check(z.maxLength(200)), ''),
  page: z._default(z.coerce.number().check(z.int(), z.nonnegative()), 0),
  size: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 25),
});

const LanguageQuery = z.object({ lang: z._default(z.enum(['en', 'de']), 'en') });

/** Starts the page of the local stack, on a port of its own: a tunnel to the webhooks never shows people. */
export function startPage(options: PageOptions): Promise<Served> {
  const { cloud, live, layout, logs, twin, registry, speeches } = options;
  const weather = twin === undefined ? undefined : new WeatherOver(twin, cloud);
  const app = new Hono().use(onlyHere);
  app.onError((error, c) => c.json({ error: sentence(error) }, isMistake(error) ? 400 : 500));
  app.get('/', async (c) => {
    const { body, type } = (await browserFile('index.html')) ?? { body: '', type: '' };
    return c.body(body, 200, { 'content-type': type, 'content-security-policy': contentSecurityPolicy(body) });
  });
  app.get('/app/:name', async (c) => answer(await browserFile(c.req.param('name'))));
  app.get('/lib/:name', async (c) => answer(await libraryFile(c.req.param('name'))));
  const names = { en: calledIn(speeches.en, registry), de: calledIn(speeches.de, registry) };
  app.get('/layout', (c) => c.json({ ...layout, names, logs, canAct: twin !== undefined, twin: twin?.url }));
  app.get('/people', async (c) => c.json(await peoplePage(PeopleQuery.parse(c.req.query()), options)));
  app.get('/events', (c) =>
    events(c, live, async () => ({ queues: await queueDepths(cloud), weather: weather?.now() })),
  );
  app.get('/people/:contact', async (c) => {
    const row = await personRow(c.req.param('contact'), options);
    return row === undefined ? c.json({ error: 'HubSpot knows nobody by this number' }, 404) : c.json(row);
  });
  app.get('/people/:contact/steps', async (c) => c.json(await stepsFor(c, options)));
  app.get('/people/:contact/disclosure', async (c) =>
    c.html(await disclosurePage(c.req.param('contact'), options, speechFor(c, options))),
  );
  app.get('/people/:contact/why', async (c) =>
    c.json(await whyOf(c.req.param('contact'), options, speechFor(c, options))),
  );
  if (twin !== undefined && weather !== undefined) addActing(app, weather, { ...options, twin });
  app.get('/dashboard', async (c) => {
    await cloud.measureQueues();
    return c.json(dashboardOf(cloud, Date.now(), speechFor(c, options).language));
  });
  app.get('/audit', async (c) => {
    const report = await options.lastAudit();
    return c.json({ report: report && auditShown(report, registry, speechFor(c, options).language) });
  });
  app.get('/runbook', async (c) => c.html(await runbookPage()));
  app.get('/state', async (c) => c.json({ queues: await queueDepths(cloud), logs, twin: twin?.url }));
  return serve(app, options.port);
}

/** What the browser sent does not fit; anything else is trouble of our own. */
function isMistake(error: Error): boolean {
  return error instanceof z.core.$ZodError || error instanceof SyntaxError;
}

function sentence(error: Error): string {
  return error instanceof z.core.$ZodError ? z.prettifyError(error) : error.message;
}

async function stepsFor(c: Context, options: PageOptions): Promise<Step[]> {
  const { live, ledger, registry, twin } = options;
  const contact = c.req.param('contact') ?? '';
  const entries = await ledger.readAll({ portal: registry.portal, contact });
  return stepsOf(live.seenOf(contact), entries, twin?.calls ?? [], speechFor(c, options));
}

/** How things are told in the language that the browser asks for. */
function speechFor(c: Context, { speeches }: PageOptions): Speech {
  const { lang } = LanguageQuery.parse(c.req.query());
  return speeches[lang];
}

/** What can be done only where HubSpot is the twin. */
function addActing(app: Hono, weather: WeatherOver, options: PageOptions & { twin: Twin }): void {
  const newPeople = newPeopleOf(options.registry, options.layout);
  app.post('/act', async (c) => {
    const one = Act.parse(await c.req.json());
    // What HubSpot refuses is the reader's affair, not the server's.
    const done = await perform(one, { ...options, newPeople }).catch((error: Error) => error);
    return done instanceof Error ? c.json({ error: done.message }, 409) : c.json(done as object);
  });
  app.get('/weather', (c) => c.json(weather.now()));
  app.post('/weather', async (c) => {
    weather.change(Weather.parse(await c.req.json()));
    return c.json(weather.now());
  });
}

function answer(file: { type: string; body: string } | undefined): Response {
  if (file === undefined) return new Response('not found', { status: 404 });
  return new Response(file.body, { headers: { 'content-type': file.type, 'cache-control': 'no-cache' } });
}

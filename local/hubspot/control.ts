import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { type Behaviour, ordinary } from './behaviour.ts';
import { Fault, type Faults } from './faults.ts';

type Controlled = { behaviour: Behaviour; faults: Faults };

const FaultsBody = z.strictObject({ faults: z.array(Fault) });

/**
 * Tells the twin over HTTP how to behave (README.md beside this file):
 * `POST /twin/faults` says which calls fail from now on, `POST /twin/behaviour` changes settings, `GET /twin/behaviour` shows them.
 */
export function controlRoutes({ behaviour, faults }: Controlled): Hono {
  return new Hono()
    .post('/faults', async (c) => {
      const body = FaultsBody.safeParse(await c.req.json<unknown>().catch(() => undefined));
      if (!body.success) return wrong(c, mistakesIn(body.error));
      faults.set(body.data.faults);
      return c.json({ faults: body.data.faults.length });
    })
    .get('/behaviour', (c) => c.json(shown(behaviour)))
    .post('/behaviour', async (c) => {
      const wanted = await c.req.json<Record<string, unknown>>().catch(() => ({}));
      const mistake = Object.entries(wanted)
        .map(mistakeIn)
        .find((one) => one !== undefined);
      if (mistake !== undefined) return wrong(c, mistake);
      const changes = Object.entries(wanted).map(([name, value]) => [name, settingOf(name, value)]);
      Object.assign(behaviour, Object.fromEntries(changes));
      return c.json(shown(behaviour));
    });
}

/** Where a list of faults is wrong, and which keys nobody knows. */
function mistakesIn({ issues }: z.core.$ZodError): string {
  const known = Object.keys(Fault.shape).join(', ');
  return issues
    .map(
      (issue) =>
        `${issue.path.join('.') || 'body'}: ${'keys' in issue ? `unknown ${String(issue.keys)}` : 'wrong'}; a fault has ${known}`,
    )
    .join('\n');
}

function wrong(c: Context, message: string): Response {
  return c.json({ error: message }, 400);
}

/** What only code can set. */
const CODE = ['fail', 'silent', 'itemError'];
const names = Object.keys(ordinary).filter((name) => !CODE.includes(name));
const usual = new Map<string, unknown>(Object.entries(ordinary));

/** What is wrong with a setting; undefined: nothing. A setting takes what is of the kind of its usual value. */
function mistakeIn([name, value]: [string, unknown]): string | undefined {
  if (!names.includes(name)) return `there is no setting ${name}; settings: ${names.join(', ')}`;
  const is = kindOf(usual.get(name));
  return kindOf(value) === is || is === 'nothing' || name === 'outage' ? undefined : `${name} takes: ${is}`;
}

/** In JSON a set is a list, and a map an object. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (value instanceof Set || Array.isArray(value)) return 'list';
  return value instanceof Map ? 'object' : typeof value;
}

function settingOf(name: string, value: unknown): unknown {
  const is = usual.get(name);
  if (is instanceof Set) return new Set(value as unknown[]);
  if (is instanceof Map) return new Map(Object.entries(value as object));
  return value ?? undefined;
}

function shown(behaviour: Behaviour): object {
  const text = (value: unknown) => {
    if (value instanceof Set) return [...value];
    return value instanceof Map ? Object.fromEntries(value) : value;
  };
  return Object.fromEntries(
    Object.entries(behaviour)
      .filter(([name]) => names.includes(name))
      .map(([name, value]) => [name, text(value)]),
  );
}

import * as z from 'zod/mini';
import { hubspotTime } from '../clocks.ts';

/** Fields that HubSpot's webhooks and a workflow's bodies share; numbers may come as strings. */

/** An id of HubSpot's, as text: an id may be larger than a number holds exactly. */
export const id = z.pipe(
  z.union([z.int(), z.string().check(z.regex(/^\s*\d{1,20}\s*$/))]),
  z.transform((value: number | string) => String(value).trim()),
);

/** HubSpot began in 2006: an earlier time is none. The latest has as many digits as today's, in 2286. */
const EARLIEST = Date.UTC(2006);
const LATEST = 9_999_999_999_999;

const MOMENT = /^\s*\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:?\d{2})\s*$/;
const DAY = /^\s*\d{4}-\d{2}-\d{2}\s*$/;
const digits = z.string().check(z.regex(/^\s*\d{1,16}\s*$/));
/** Milliseconds that may be a time of HubSpot's. */
export const msInRange = z.int().check(z.gte(EARLIEST), z.lte(LATEST));
const inRange = z.pipe(msInRange, z.transform(hubspotTime));
const read = (value: number | string): number =>
  /^\s*\d+\s*$/.test(String(value)) ? Number(value) : Date.parse(String(value).trim());

/** Milliseconds, as a number or a string; or an ISO 8601 date and time, as a property token may be rendered. */
export const time = z.pipe(
  z.union([z.int(), digits, z.string().check(z.regex(MOMENT))]),
  z.pipe(z.transform(read), inRange),
);

/**
 * When a way back was submitted: like {@link time}, and also whole seconds or a day, of which the beginning counts. Of a "no" neither
 * would do: a "no" that counted from the beginning of its day would lose to a return of that day.
 */
export const timeOfSubmission = z.pipe(
  z.union([z.int(), digits, z.string().check(z.regex(MOMENT)), z.string().check(z.regex(DAY))]),
  z.pipe(
    z.transform((value: number | string) => inMs(read(value))),
    inRange,
  ),
);

/** What is too early for milliseconds and right for seconds counts as seconds. */
function inMs(value: number): number {
  return value < EARLIEST && value >= EARLIEST / 1000 ? value * 1000 : value;
}

/** JSON with ids that no number holds exactly kept as text (Number.MAX_SAFE_INTEGER is 2^53 - 1). @throws SyntaxError */
export function parseJson(text: string): unknown {
  if (!holdsDigits(text, 16)) return JSON.parse(text) as unknown;
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^\d+$/.test(context?.source ?? '')
      ? context?.source
      : value,
  ) as unknown;
}

/** Whether so many digits stand in a row: of such a row one digit stands at every `count`th place, so that few are looked at. */
function holdsDigits(text: string, count: number): boolean {
  const isDigit = (at: number) => text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57;
  for (let at = count - 1; at < text.length; at += count) {
    if (!isDigit(at)) continue;
    let [from, to] = [at, at];
    while (isDigit(from - 1)) from--;
    while (isDigit(to + 1)) to++;
    if (to - from + 1 >= count) return true;
  }
  return false;
}

/** A field that the rules can do without: a value of another shape counts as missing, and costs no opt-out. */
export const orNothing = <T extends z.ZodMiniType>(field: T) => z.catch(z.optional(field), undefined);

/** A text that is only recorded, at most so many characters. */
export const note = (length: number) =>
  orNothing(
    z.pipe(
      z.union([z.string(), z.number()]),
      z.transform((value: string | number) => String(value).slice(0, length)),
    ),
  );

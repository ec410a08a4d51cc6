import * as z from 'zod/mini';
import { hubspotTime } from '../clocks.ts';

/** Fields that HubSpot's webhooks and a workflow's bodies share; numbers may come as strings. */

/** An id of HubSpot's, as text: an id may be larger than a number holds exactly. */
export const id = z.pipe(
  z.union([z.int(), z.string().check(z.regex(/^\s*\d{1,20}\s*$/))]),
  z.transform((value: number | string) => String(value).trim()),
);

/** HubSpot began in 2006: an earlier time is one in seconds, or none. The latest has as many digits as today's, in 2286. */
const EARLIEST = Date.UTC(2006);
const LATEST = 9_999_999_999_999;

/** Milliseconds, as a number or a string; or an ISO 8601 date and time, as a property token may be rendered. */
export const time = z.pipe(
  z.union([
    z.int(),
    z.string().check(z.regex(/^\s*\d{1,16}\s*$/)),
    z.string().check(z.regex(/^\s*\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:?\d{2})\s*$/)),
  ]),
  z.pipe(
    z.transform((value: number | string) =>
      /^\s*\d+\s*$/.test(String(value)) ? Number(value) : Date.parse(String(value)),
    ),
    z.pipe(z.int().check(z.gte(EARLIEST), z.lte(LATEST)), z.transform(hubspotTime)),
  ),
);

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

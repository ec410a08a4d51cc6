import type { Context } from 'hono';

type Fields = Record<string, unknown>;

/** What HubSpot's answers may leave out, or spell out as null; by a part of the call's path. */
const OF_ANSWER: readonly [path: RegExp, fields: Fields][] = [
  [/\/batch\//, { errors: null, numErrors: null }],
  [/./, { paging: null }],
];
const OF_RESULT: readonly [path: RegExp, fields: Fields][] = [
  [/\/contacts\/(batch|search)/, { propertiesWithHistory: null }],
  [/\/statuses\//, { legalBasis: null, legalBasisExplanation: null, setStatusSuccessReason: null }],
];

/** From now on the answers to a call hold null for whatever they would leave out (`explicitNulls`). */
export function spellOutNulls(c: Context): void {
  const { path } = c.req;
  const json = c.json as (body: unknown, ...rest: unknown[]) => Response;
  const wrapped = (body: unknown, ...rest: unknown[]) => json(withNulls(body as Fields, path), ...rest);
  c.json = wrapped as typeof c.json;
}

function withNulls(body: Fields, path: string): Fields {
  const { results } = body;
  if (!Array.isArray(results)) return body;
  const nullsOfResult = fieldsOf(OF_RESULT, path);
  const spelt = (results as Fields[]).map((result) => ({ ...nullsOfResult, ...withoutEmpty(result) }));
  return { ...fieldsOf(OF_ANSWER, path), ...body, results: spelt };
}

/** A property without options, and a form without any consent. */
function withoutEmpty(result: Fields): Fields {
  const { options, legalConsentOptions } = result;
  const { communicationsCheckboxes } = (legalConsentOptions ?? {}) as { communicationsCheckboxes?: unknown };
  const isEmpty = (list: unknown) => Array.isArray(list) && list.length === 0;
  return {
    ...result,
    ...(isEmpty(options) && { options: null }),
    ...(isEmpty(communicationsCheckboxes) && { legalConsentOptions: null }),
  };
}

function fieldsOf(table: readonly [path: RegExp, fields: Fields][], path: string): Fields {
  return Object.assign({}, ...table.flatMap(([part, fields]) => (part.test(path) ? [fields] : []))) as Fields;
}

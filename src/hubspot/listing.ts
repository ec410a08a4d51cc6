import * as z from 'zod/mini';
import { successOf, UnusableAnswerError } from './batch.ts';
import type { Send } from './transport.ts';

const Page = z.looseObject({
  results: z.array(z.unknown()),
  paging: z.nullish(z.looseObject({ next: z.nullish(z.looseObject({ after: z.nullish(z.string()) })) })),
});

/** All entries of a list, and how many more had an unknown shape. */
export type Listing<T> = { entries: T[]; unreadable: number };

/**
 * Reads a list page by page (`GET path`). Only the absence of `paging.next` ends the list, never a short page. `path` may have a query.
 * @throws RetryableError when a page cannot be read.
 */
export async function readAll<T extends z.ZodMiniType>(
  send: Send,
  path: string,
  entry: T,
): Promise<Listing<z.output<T>>> {
  const listing: Listing<z.output<T>> = { entries: [], unreadable: 0 };
  const asked = new Set<string>();
  for (let after: string | undefined = ''; after !== undefined; ) {
    if (asked.has(after)) throw new UnusableAnswerError('HubSpot’s pages go in a circle');
    asked.add(after);
    const page: z.output<typeof Page> = successOf(await send({ method: 'GET', path: pageOf(path, after) }), Page);
    const { entries, unreadable } = readable(page.results, entry);
    listing.entries.push(...entries);
    listing.unreadable += unreadable;
    after = page.paging?.next?.after ?? undefined;
  }
  return listing;
}

/** The entries of known shape, and how many others there were: one costs no other. */
export function readable<T extends z.ZodMiniType>(results: readonly unknown[], entry: T): Listing<z.output<T>> {
  const entries = results.flatMap((result) => {
    const parsed = entry.safeParse(result);
    return parsed.success ? [parsed.data] : [];
  });
  return { entries, unreadable: results.length - entries.length };
}

function pageOf(path: string, after: string): string {
  return after === '' ? path : `${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(after)}`;
}

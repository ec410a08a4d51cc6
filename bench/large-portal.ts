import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The first contact's id, as on the twin. */
const FIRST = 101;

type Search = { limit: number; filterGroups: { filters: { value: string }[] }[] };
type BatchRead = { inputs: { id: string }[]; properties: string[] };

/**
 * A portal of very many contacts, none of which ever opted out: contacts are made up as they are asked for. Whatever is not about contacts is
 * answered by another server (`rest`).
 */
export async function startLargePortal(contacts: number, rest: string) {
  let calls = 0;
  const last = FIRST + contacts - 1;
  const contactOf = (id: string, properties: readonly string[]) => ({
    id,
    properties: Object.fromEntries(
      properties.map((name) => [name, name === 'email' ? `person-${id}@example.at` : null]),
    ),
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    archived: false,
  });
  const page = (after: number, size: number) => {
    const from = Math.max(FIRST, after + 1);
    const until = Math.min(last, from + size - 1);
    const ids = Array.from({ length: Math.max(0, until - from + 1) }, (_, i) => String(from + i));
    const more = until < last ? { paging: { next: { after: String(until + 1) } } } : {};
    return { total: contacts, results: ids.map((id) => contactOf(id, ['hs_object_id'])), ...more };
  };
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const url = new URL(request.url ?? '', 'http://local');
    if (url.pathname.endsWith('/contacts/search')) {
      const { limit, filterGroups } = (await bodyOf(request)) as Search;
      return page(Number(filterGroups[0]?.filters[0]?.value), limit);
    }
    if (url.pathname.endsWith('/contacts/batch/read')) {
      const { inputs, properties } = (await bodyOf(request)) as BatchRead;
      return { status: 'COMPLETE', results: inputs.map(({ id }) => contactOf(id, properties)) };
    }
    // The list's cursor is the id where the page begins.
    if (/\/objects\/[^/]+\/contacts$/.test(url.pathname)) return page(Number(url.searchParams.get('after')) - 1, 100);
    const headers = { authorization: request.headers.authorization ?? '' };
    return (await fetch(new URL(request.url ?? '', rest), { headers })).json();
  };
  const server = createServer((request, response) => {
    calls++;
    void answer(request).then((body) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  // No connection ends while the audit is about to use it again.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    stop: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}

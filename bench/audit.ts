import { startTwinOf } from '../local/twin-of.ts';
import { systemClock } from '../src/clocks.ts';
import { createHubSpot } from '../src/hubspot/hubspot.ts';
import { createTransport } from '../src/hubspot/transport.ts';
import { memoryLedger } from '../src/ledger/memory-ledger.ts';
import { AuditRequestSchema, NIGHTLY } from '../src/queues/audit-request.ts';
import { loadRegistry } from '../src/registry/load.ts';
import { arrangeRegistry, type Registry } from '../src/registry/registry.ts';
import { audit } from '../src/workers/audit/audit.ts';
import { finding } from './findings.ts';
import { startLargePortal } from './large-portal.ts';
import { REGISTRY_FILE } from './opt-outs.ts';
import type { Finding } from './rows.ts';

const CONTACTS = 4000;
const LARGE = 10_000_000;
const HOUR_S = 3600;
/** Calls a second of one audit: its own share and the spare one of HubSpot's 190 in ten seconds, halved for two instances (infra/workers.ts). */
const SHARE = (Math.floor((190 * 0.1) / 2) + Math.floor((190 * 0.15) / 2)) / 10;
/** HubSpot's limit for the portal, and what we ask of its search, calls a second. */
const PORTAL = 19;
const SEARCH = 4;

/** What a sweep asks of HubSpot, on the twin, and how long ten million contacts would take by HubSpot's limits: on paper. */
export async function auditRows(): Promise<Finding[]> {
  const file = loadRegistry(REGISTRY_FILE);
  const registry = arrangeRegistry(file);
  const twin = await startTwinOf(file, registry);
  try {
    twin.behaviour.limitPer10Seconds = Number.POSITIVE_INFINITY;
    for (let n = 0; n < CONTACTS; n++) twin.people.createContact({ email: `audit-${n}@example.at` });
    const deps = depsAt(twin.url, registry);
    let run = AuditRequestSchema.parse(NIGHTLY);
    // What a run asks once, whatever the number of contacts, comes with its first page.
    const onePage = () => {
      let pages = 0;
      return () => pages++ === 0;
    };
    ({ run } = await audit(run, deps, onePage()));
    const [calls, contacts, began] = [twin.calls.length, run.contacts, performance.now()];
    ({ run } = await audit(run, deps, () => true));
    return rowsOf({
      contacts: run.contacts - contacts,
      searches: twin.calls.slice(calls).filter(({ path }) => path.endsWith('/search')).length,
      calls: twin.calls.length - calls,
      ms: performance.now() - began,
    });
  } finally {
    await twin.stop();
  }
}

const MILLION = 1_000_000;

/** An audit of a million contacts that nobody paces, on this machine: with the calls, and what the process needs. */
export async function millionRows(): Promise<Finding[]> {
  const file = loadRegistry(REGISTRY_FILE);
  const registry = arrangeRegistry(file);
  const twin = await startTwinOf(file, registry);
  twin.behaviour.limitPer10Seconds = Number.POSITIVE_INFINITY;
  const portal = await startLargePortal(MILLION, twin.url);
  try {
    const began = performance.now();
    let [most, pages] = [0, 0];
    const mayGoOn = () => {
      most = Math.max(most, process.memoryUsage().heapUsed);
      if (pages % 500 === 0) process.stderr.write(`${pages} pages\n`);
      pages++;
      return true;
    };
    const { run } = await audit(AuditRequestSchema.parse(NIGHTLY), depsAt(portal.url, registry), mayGoOn);
    const seconds = (performance.now() - began) / 1000;
    const found = Object.values(run.counts).reduce((sum, n) => sum + n, 0);
    return [
      finding(
        `audit: ${run.contacts} contacts of a made-up portal, empty ledgers`,
        `${seconds.toFixed(0)} s, ${portal.calls()} calls, at most ${(most / 2 ** 20).toFixed(0)} MB of heap; ${found} findings`,
        { goal: 'every contact, no finding', isMet: run.contacts === MILLION && found === 0 },
      ),
    ];
  } finally {
    await portal.stop();
    await twin.stop();
  }
}

/** An audit that reads HubSpot at an address, without pacing, and has nobody's ledger. */
function depsAt(baseUrl: string, registry: Registry) {
  const send = createTransport({
    baseUrl,
    accessToken: () => Promise.resolve('local-access-token'),
    timeoutMs: 5000,
    pace: (call) => call(),
  });
  return {
    registry,
    ledger: memoryLedger(),
    hubspot: createHubSpot(send, systemClock, registry),
    search: send,
    mode: 'repair' as const,
    addressKey: 'key',
    now: systemClock,
    queueSignals: () => Promise.resolve(),
    request: () => Promise.resolve(),
  };
}

function rowsOf({
  contacts,
  searches,
  calls,
  ms,
}: Record<'contacts' | 'searches' | 'calls' | 'ms', number>): Finding[] {
  const hours = (some: number, perSecond: number) => ((some / contacts) * LARGE) / perSecond / HOUR_S;
  const bySearch = hours(searches, SEARCH);
  const share = Math.max(hours(calls - searches, SHARE), bySearch);
  const portal = Math.max(hours(calls, PORTAL), bySearch);
  return [
    finding(
      `audit: ${contacts} contacts on the twin, empty ledgers`,
      `${calls} calls, ${searches} of them searches; ${((contacts / ms) * 1000).toFixed(0)} contacts a second where nothing is paced`,
      { goal: 'none', isMet: true },
    ),
    finding(
      'ten million contacts, on paper from these calls',
      `${share.toFixed(1)} h at an audit’s ${SHARE} calls a second; ${portal.toFixed(1)} h if the whole portal were the audit’s (the search alone: ${bySearch.toFixed(1)} h)`,
      { goal: '≤ 4 h', isMet: share <= 4 },
    ),
  ];
}

import type { LedgerEntry } from '../../../src/rules/entry.ts';
import { inRegistry } from '../../../src/rules/in-registry.ts';
import { registry } from '../registry.ts';
import { copyDelayOf, type Scenario } from '../scenario.ts';
import { Truth } from '../truth/truth.ts';
import { calmWays, createAccount, stormyWays } from './account.ts';
import { createClients } from './aws.ts';
import { createEndpoint } from './endpoint.ts';
import { knownAs } from './known-as.ts';
import { poll } from './lambda.ts';
import { Queues } from './queues.ts';
import { Scheduler } from './scheduler.ts';
import { createSetting, type Setting } from './setting.ts';
import { SimulatedTable } from './table.ts';
import { asNewerReads } from './versions.ts';
import { type Audits, type Clients, createWorkers, freely, type Paces } from './workers.ts';

const START = Date.UTC(2026, 0, 5);

export type Hooks = {
  appended: (entry: LedgerEntry, before: readonly LedgerEntry[]) => void;
  /** Told of every fault and oddity that really happens. */
  strikes?: (fault: string) => void;
};

/** The whole system under one clock and one seed: the real receive, decide, converge and audit, everything around them simulated. */
export function createWorld(
  scenario: Scenario,
  hooks: Hooks,
  trace: (line: string) => void,
  pacesOf: (scheduler: Scheduler) => Paces = () => ({
    signals: [freely, freely, freely],
    convergence: [freely, freely],
  }),
) {
  const scheduler = new Scheduler(START, scenario.mostSteps);
  const paces = pacesOf(scheduler);
  const listeners = { trace, strikes: hooks.strikes ?? (() => undefined) };
  const setting = createSetting(scenario, scheduler, listeners, paces.latencyOf);
  const truth = new Truth();
  truth.lagMs = scenario.behaviour.submissionLagMs ?? 0;
  truth.copiedAfterMs = copyDelayOf(scenario);
  const endpoint = createEndpoint(setting, truth, () => clients.sqs);
  const { twin, fetch, isOurs } = createAccount(setting, truth, endpoint);
  const queues = new Queues(setting, truth);
  const table = createTable(setting, hooks);
  const clients: Clients = createClients({
    network: setting.network,
    strikes: setting.strikes,
    queues: queues.all,
    table,
    random: setting.chanceOf('partial'),
    partial: () => (setting.storm.isOn ? scenario.partial : 0),
  });
  const audits: Audits = { reports: [], mode: 'repair' };
  const workers = createWorkers(setting, queues, clients, { paces, audits });
  const stopped = { workers: false };
  scheduler.beforeEach = () => {
    if (!stopped.workers) for (const worker of workers) poll(worker, setting);
  };
  truth.isKnownAs = knownAs(truth, twin.portal, table);

  return {
    scenario,
    scheduler,
    twin,
    truth,
    table,
    queues: queues.all,
    reports: audits.reports,
    say: setting.say,
    deployRegistry: setting.deployRegistry,
    strikes: setting.strikes,
    fetch,
    isOurs,
    startAudit(mode: 'repair' | 'report' = 'repair') {
      audits.mode = mode;
      queues.named('audit').send({ body: '{"v":1}' });
    },
    /** What an operator does before a restore: whatever comes waits in the queues. */
    stopWorkers() {
      stopped.workers = true;
    },
    startWorkers() {
      stopped.workers = false;
    },
    /** Begins all trouble of machines and networks that the scenario names. */
    beginStorm() {
      setting.storm.isOn = true;
      Object.assign(twin.behaviour, stormyWays(scenario));
      queues.followStorm();
    },
    /** Ends all trouble of machines and networks, and HubSpot's limit with it. */
    endStorm() {
      setting.storm.isOn = false;
      Object.assign(twin.behaviour, calmWays);
      queues.followStorm();
    },
    /** What an operator does with dead letters. Returns how many went back. */
    redrive: () => workers.reduce((count, { queue }) => count + queues.redrive(queue.name), 0),
  };
}
export type World = ReturnType<typeof createWorld>;

/** The ledger's table; whoever watches hears of each entry with those that stand before it. */
function createTable({ now, say, chanceOf }: Setting, hooks: Hooks): SimulatedTable {
  const random = chanceOf('table');
  return new SimulatedTable(
    now,
    () => random.int(0, 1000),
    (entry, before) => {
      say(`ledger: ${entry.contact}#${entry.seq} ${summary(entry)}`);
      // Whoever watches reads by the names of now.
      const all = inRegistry([...before, entry].map(asNewerReads), registry);
      hooks.appended(all.at(-1) as LedgerEntry, all.slice(0, -1));
    },
  );
}

function summary({ body }: LedgerEntry): string {
  switch (body.kind) {
    case 'decision':
      return `${body.rule} ${body.outcome}: ${body.reason}`;
    case 'planned':
      return `planned ${JSON.stringify(body.intended)}`;
    case 'applied': {
      const lifted = Object.keys(body.lifted).join(' ');
      return `applied ${Object.keys(body.written).join(' ')}${lifted === '' ? '' : ` lifted ${lifted}`}`;
    }
  }
}

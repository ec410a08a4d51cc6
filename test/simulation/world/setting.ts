import { type OurTime, ourTime } from '../../../src/clocks.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { type Random, sourceOf } from '../random.ts';
import { copying, formerRegistries, registry } from '../registry.ts';
import { copyDelayOf, type Scenario } from '../scenario.ts';
import { createNetwork, type Latency, type Network } from './network.ts';
import type { Scheduler } from './scheduler.ts';

/** What every part of a simulated world shares: time, chance, trouble, and the trace. */
export type Setting = {
  scenario: Scenario;
  scheduler: Scheduler;
  network: Network;
  /** Now, by the simulated clock (ms); Widerruf takes the same moment for its own clock's. */
  now: () => number;
  ourNow: () => OurTime;
  /** Writes a line to the trace. */
  say: (line: string) => void;
  /** Told of every fault and oddity that really happens. */
  strikes: (fault: string) => void;
  /** Each name has its own source of chance: more draws of one name shift no other name's. */
  chanceOf: (name: string) => Random;
  /** The chance of whatever HubSpot does, and of whatever happens to Lambda. */
  inHubSpot: Random;
  ofWorkers: Random;
  /** While the storm is on, machines and networks are in trouble as the scenario says. */
  storm: { isOn: boolean };
  /** The registry that is deployed. */
  registry: () => Registry;
  /** Deploys the registry of now. */
  deployRegistry: () => 'as before' | 'changed';
  /** A name for the next invocation of a function. */
  nameInvocation: (of: string) => string;
};

/** Whoever is told what happens: the trace, line by line, and the faults that strike. */
export type Listeners = { trace: (line: string) => void; strikes: (fault: string) => void };

export function createSetting(
  scenario: Scenario,
  scheduler: Scheduler,
  { trace, strikes }: Listeners,
  latencyOf?: Latency,
): Setting {
  const chanceOf = (name: string) => sourceOf(scenario.seed, name);
  const say = (line: string) => trace(`${new Date(scheduler.now).toISOString()}  ${line}`);
  const storm = { isOn: true };
  let invocations = 0;
  const ofNow = copyDelayOf(scenario) === undefined ? registry : copying.registry;
  let deployed = scenario.before === undefined ? ofNow : formerRegistries[scenario.before];
  return {
    scenario,
    scheduler,
    network: createNetwork({
      scheduler,
      chanceOf,
      weather: () => (storm.isOn ? scenario.weather : undefined),
      say,
      strikes,
      ...(latencyOf && { latencyOf }),
    }),
    now: () => scheduler.now,
    ourNow: () => ourTime(scheduler.now),
    say,
    strikes,
    chanceOf,
    inHubSpot: chanceOf('hubspot'),
    ofWorkers: chanceOf('workers'),
    storm,
    registry: () => deployed,
    deployRegistry() {
      if (deployed === ofNow) return 'as before';
      strikes('another registry is deployed');
      deployed = ofNow;
      return 'changed';
    },
    nameInvocation: (of) => `${of}/${++invocations}`,
  };
}

import type { Behaviour } from '../../local/hubspot/behaviour.ts';
import { forms } from '../helpers/registry.ts';
import { FAULTS, type Weather } from './network.ts';
import { type Random, randomOf } from './random.ts';

/** Something that people or HubSpot do; `who` and `whom` are one of three people. */
export type Action =
  | { do: 'optOut' | 'employeeOptOut' | 'employeeOpens' | 'selfService'; who: number; type: number }
  | { do: 'unsubscribeAll' | 'confirm' | 'delete' | 'restore' | 'privacy' | 'recreate'; who: number }
  | { do: 'block'; who: number; property: string; value: string }
  | { do: 'import'; who: number; types: number[]; status: 'SUBSCRIBED' | 'UNSUBSCRIBED' }
  | { do: 'form'; who: number; form: string; as: 'owner' | 'stranger' | 'shouting' }
  | { do: 'address'; who: number }
  | { do: 'merge'; who: number; whom: number }
  | { do: 'outage'; ms: number }
  | { do: 'audit' }
  /** The storm ends, everything drains, the invariants are checked; then it begins anew. */
  | { do: 'calm' };

export type Step = Action & { afterMs: number };

/** One run: what happens when, and all the ways in which the world may misbehave. */
export type Scenario = {
  seed: number;
  /** A bound for the run; the scheduler's own unless given. */
  mostSteps?: number;
  steps: Step[];
  weather: Weather;
  /** Shares: SQS entries refused singly, messages handed out twice, webhook batches lost and doubled, items of a batch refused. */
  partial: number;
  doubles: number;
  lost: number;
  duplicates: number;
  itemErrors: number;
  reorder: boolean;
  behaviour: Partial<Behaviour>;
};

const OWN = [501, 601];
const TYPES = [501, 501, 511, 512, 521, 601, 611];
const PROPERTIES = ['block_gallery', 'block_library'];

export function scenarioOf(seed: number): Scenario {
  const random = randomOf(seed);
  const faults = random.pick([0, 0.01, 0.03, 0.08]);
  const weather = Object.fromEntries(FAULTS.map((fault) => [fault, random.chance(0.6) ? faults : 0])) as Weather;
  const often = (probability: number, value: number) => (random.chance(probability) ? value : 0);
  return {
    seed,
    steps: stepsOf(random),
    weather,
    partial: often(0.3, 0.1),
    doubles: often(0.4, 0.2),
    lost: often(0.3, 0.2),
    duplicates: often(0.5, 0.3),
    itemErrors: often(0.3, 0.1),
    reorder: random.chance(0.5),
    behaviour: {
      batchScopes: random.chance(0.8),
      formsResubscribe: random.chance(0.3),
      subscribeLiftsPortalWide: random.chance(0.7),
      acceptsNotSpecified: true,
      eventFormat: random.pick(['generic', 'classic', 'both'] as const),
      workflowBody: random.pick(['composed', 'record'] as const),
      mergeMakesNewId: random.chance(0.3),
      limitPer10Seconds: random.pick([8, 190, 190]),
      retryAfterSeconds: random.pick([undefined, 3]),
    },
  };
}

/** Most of what happens, happens to one person: that is where it becomes difficult. */
function stepsOf(random: Random): Step[] {
  const steps: Step[] = [];
  let who = random.int(0, 2);
  for (let n = random.int(4, 16); n > 0; n--) {
    if (random.chance(0.3)) who = random.int(0, 2);
    const step = stepOf(random, who);
    steps.push(step);
    const awaited = step.do === 'form' && step.form === forms.doubleOptIn && random.chance(0.5);
    if (awaited)
      steps.push({ do: random.pick(['confirm', 'confirm', 'selfService']), who, type: 501, afterMs: 60_000 });
  }
  return steps;
}

function stepOf(random: Random, who: number): Step {
  const pauses = [
    () => 0,
    () => random.int(0, 2000),
    () => random.int(0, 600_000),
    () => random.int(600_000, 4 * 3_600_000),
  ];
  const afterMs = (pauses[random.pick([0, 1, 1, 1, 1, 2, 2, 2, 3])] as () => number)();
  return { afterMs, ...actionOf(random, who) };
}

function actionOf(random: Random, who: number): Action {
  const kinds: [number, () => Action][] = [
    [6, () => ({ do: 'optOut', who, type: random.pick(random.chance(0.7) ? OWN : TYPES) })],
    [2, () => ({ do: 'employeeOptOut', who, type: random.pick(TYPES) })],
    [4, () => ({ do: 'employeeOpens', who, type: random.pick(TYPES) })],
    [2, () => ({ do: 'selfService', who, type: random.pick(OWN) })],
    [3, () => ({ do: 'unsubscribeAll', who })],
    [2, () => ({ do: 'confirm', who })],
    [3, () => ({ do: 'block', who, property: random.pick(PROPERTIES), value: random.pick(['true', 'false']) })],
    [
      2,
      () => ({
        do: 'import',
        who,
        types: [random.pick(TYPES), random.pick(TYPES)],
        status: random.pick(['SUBSCRIBED', 'SUBSCRIBED', 'UNSUBSCRIBED'] as const),
      }),
    ],
    [
      7,
      () => ({
        do: 'form',
        who,
        form: random.pick(Object.values(forms)),
        as: random.pick(['owner', 'owner', 'owner', 'shouting', 'stranger'] as const),
      }),
    ],
    [1, () => ({ do: 'delete', who })],
    [1, () => ({ do: 'restore', who })],
    [0.5, () => ({ do: 'privacy', who })],
    [1.5, () => ({ do: 'recreate', who })],
    [1, () => ({ do: 'address', who })],
    [1.5, () => ({ do: 'merge', who, whom: (who + random.int(1, 2)) % 3 })],
    [1, () => ({ do: 'outage', ms: random.int(10_000, 5_400_000) })],
    [1, () => ({ do: 'audit' })],
    [2, () => ({ do: 'calm' })],
  ];
  let draw = random.share() * kinds.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of kinds) {
    draw -= weight;
    if (draw < 0) return make();
  }
  return { do: 'calm' };
}

/** A scenario without any trouble of the machines: only what people do. */
export const fairWeather = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Weather;

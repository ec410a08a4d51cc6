import { play } from './run.ts';
import { fairWeather, type Scenario } from './scenario.ts';
import { FAULTS } from './world/network.ts';

/** The smallest scenario found that breaks the same invariant: fewer steps, fewer kinds of trouble, a plainer HubSpot. */
export async function minimize(scenario: Scenario, invariant: string): Promise<Scenario> {
  let smallest = scenario;
  const breaks = async (candidate: Scenario) => (await play(candidate)).violation?.invariant === invariant;
  const attempt = async (candidate: Scenario): Promise<boolean> => {
    if (!(await breaks(candidate))) return false;
    smallest = candidate;
    return true;
  };
  for (let progress = true; progress; ) {
    progress = false;
    for (let i = smallest.steps.length - 1; i >= 0; i--) {
      if (await attempt({ ...smallest, steps: smallest.steps.filter((_, at) => at !== i) })) progress = true;
    }
    const plainer = [
      ...OPTIONAL.filter((key) => smallest[key] !== undefined).map((key) => () => without(smallest, key)),
      ...calmer(smallest).map((change) => () => ({ ...smallest, ...change })),
    ];
    for (const candidate of plainer) if (await attempt(candidate())) progress = true;
  }
  return smallest;
}

/** What a scenario can do without: a second version, another registry. */
const OPTIONAL = ['versions', 'before'] as const;

function without(scenario: Scenario, key: (typeof OPTIONAL)[number]): Scenario {
  const { [key]: _, ...rest } = scenario;
  return rest;
}

/** Each way in which a scenario can be made a little less wild, if it is wild in that way. */
function calmer(scenario: Scenario): Partial<Scenario>[] {
  const changes: Partial<Scenario>[] = [];
  if (FAULTS.some((fault) => scenario.weather[fault] > 0)) changes.push({ weather: fairWeather });
  for (const fault of FAULTS) {
    if (scenario.weather[fault] > 0) changes.push({ weather: { ...scenario.weather, [fault]: 0 } });
  }
  for (const share of ['partial', 'doubles', 'lost', 'duplicates', 'itemErrors'] as const) {
    if (scenario[share] > 0) changes.push({ [share]: 0 });
  }
  if (scenario.reorder) changes.push({ reorder: false });
  for (const name of Object.keys(scenario.behaviour) as (keyof Scenario['behaviour'])[]) {
    const { [name]: _, ...behaviour } = scenario.behaviour;
    changes.push({ behaviour });
  }
  changes.push(...plainer(scenario));
  for (const [i, step] of scenario.steps.entries()) {
    const simple = step.afterMs > 60_000 ? 60_000 : 0;
    if (step.afterMs > simple) changes.push({ steps: scenario.steps.with(i, { ...step, afterMs: simple }) });
  }
  return changes;
}

/** A HubSpot with one odd way less, and calls that are not tried again at once. */
function plainer({ odd = {}, retries = 0 }: Scenario): Partial<Scenario>[] {
  const changes = (Object.keys(odd) as (keyof typeof odd)[]).map((name): Partial<Scenario> => {
    const { [name]: _, ...others } = odd;
    return { odd: others };
  });
  return retries > 0 ? [...changes, { retries: 0 }] : changes;
}

import type { Behaviour } from '../../local/hubspot/behaviour.ts';
import { forms } from '../helpers/registry.ts';
import { type Random, randomOf, sourceOf } from './random.ts';
import { DOUBLE_OPT_IN_OF_OTHER, type FormerRegistry } from './registry.ts';
import { lastingWaysOf, type Odd, oddOf } from './ways.ts';
import { FAULTS, type Weather } from './world/network.ts';

/** Something that people or HubSpot do; `who` and `whom` are one of three people. */
export type Action =
  | { do: 'optOut' | 'employeeOptOut' | 'employeeOpens' | 'selfService'; who: number; type: number }
  | { do: 'unsubscribeAll' | 'delete' | 'restore' | 'privacy' | 'recreate'; who: number }
  /** `value`: what HubSpot's property says then; by default what the link of a mail sets. */
  | { do: 'confirm'; who: number; value?: string }
  | { do: 'block'; who: number; property: string; value: string }
  | { do: 'import'; who: number; types: number[]; status: 'SUBSCRIBED' | 'UNSUBSCRIBED' }
  | { do: 'form'; who: number; form: string; as: 'owner' | 'stranger' | 'shouting' | 'guest' }
  /**
   * Somebody who is not the owner: posts a form in the owner's name, with an earlier time (`agoMs`), enrols the contact by hand, or fills in a
   * form with an address of their own in the owner's browser.
   */
  | { do: 'stranger'; who: number; form: string; how: 'posts' | 'enrols' | 'borrows the browser'; agoMs: number }
  /** `lived`: the new address has left the brands' newsletters before. */
  | { do: 'address'; who: number; lived?: boolean }
  /** An address that the contact had before comes back: to the record, or by an import as a new record. */
  | { do: 'reclaim'; who: number; by: 'edit' | 'import' }
  | { do: 'merge'; who: number; whom: number }
  | { do: 'outage'; ms: number }
  | { do: 'audit' }
  /** The registry of now is deployed in the place of the scenario's `before`, and an audit follows. */
  | { do: 'deployRegistry' }
  /** The ledger goes back to a moment `agoMs` before, as docs/restore.md says; then as in a calm. */
  | { do: 'restoreLedger'; agoMs: number }
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
  /** How often a failed call to HubSpot is tried again at once; default never, as in scenarios that need a pass to fail. */
  retries?: number;
  behaviour: Partial<Behaviour>;
  /** The registry by which the play begins, until `deployRegistry` or a calm; default: that of now. */
  before?: FormerRegistry;
  /** A deployment that is rolled back; default none. */
  versions?: Versions;
  /** Odd ways of HubSpot's; default none. */
  odd?: Odd;
};

/**
 * From `fromMs` of the play on, for `besideMs`, every other instance is of a newer version, whose entries the older one does not know; then, for
 * `rolledBackMs`, all are of the older version; then all of the newer one.
 */
export type Versions = { fromMs: number; besideMs: number; rolledBackMs: number };

/** How long after an opt-out its copy is told of, ms; undefined where nothing is copied. A registry of before knows no copy. */
export function copyDelayOf({ odd, before }: Scenario): number | undefined {
  return before === undefined ? odd?.copiedAfterMs : undefined;
}

const FORMS = [...Object.values(forms), DOUBLE_OPT_IN_OF_OTHER];
const OWN = [501, 601];
const TYPES = [501, 501, 511, 512, 521, 601, 611];
const DOUBLE_OPT_IN = [forms.doubleOptIn, DOUBLE_OPT_IN_OF_OTHER];
const PROPERTIES = ['block_gallery', 'block_library'];

/** A scenario that chance draws. */
export function drawScenario(seed: number): Scenario {
  const random = randomOf(seed);
  const faults = random.pick([0, 0.01, 0.03, 0.08]);
  const weather = Object.fromEntries(FAULTS.map((fault) => [fault, random.chance(0.6) ? faults : 0])) as Weather;
  const often = (probability: number, value: number) => (random.chance(probability) ? value : 0);
  const drawn = withClicks(seed % 3 === 0 ? stormOf(random) : stepsOf(random), sourceOf(seed, 'clicks'));
  const steps = withRestore(drawn, sourceOf(seed, 'restored ledger'));
  return {
    seed,
    // Every third run is a storm about one company of one person.
    ...withRegistryChange(steps, sourceOf(seed, 'registry')),
    weather,
    partial: often(0.3, 0.1),
    doubles: often(0.4, 0.2),
    lost: often(0.3, 0.2),
    duplicates: often(0.5, 0.3),
    itemErrors: often(0.3, 0.1),
    reorder: random.chance(0.5),
    retries: seed % 4 === 0 ? 0 : 3,
    odd: oddOf(seed),
    ...versionsOf(sourceOf(seed, 'versions')),
    behaviour: {
      batchScopes: random.chance(0.8),
      formsResubscribe: random.chance(0.3),
      subscribeLiftsPortalWide: random.chance(0.7),
      acceptsNotSpecified: true,
      eventFormat: random.pick(['generic', 'classic', 'both'] as const),
      workflowBody: random.pick(['minimal', 'composed', 'record'] as const),
      submissionLagMs: random.pick([0, 0, 20_000, 300_000, 1_200_000]),
      mergedNamesParts: random.chance(0.7),
      limitPer10Seconds: random.pick([8, 190, 190]),
      retryAfterSeconds: random.pick([undefined, 3]),
      // The list and the search of three contacts then take several pages.
      pagesShortBy: random.chance(0.2) ? 198 : 0,
      ...lastingWaysOf(seed),
    },
  };
}

function versionsOf({ chance, int }: Random): Pick<Scenario, 'versions'> {
  if (!chance(0.1)) return {};
  const fromMs = chance(0.7) ? 0 : int(0, 3_600_000);
  return { versions: { fromMs, besideMs: int(60_000, 4 * 3_600_000), rolledBackMs: int(60_000, 4 * 3_600_000) } };
}

/** Seldom the play begins by another registry, and that of now is deployed somewhere in it. */
function withRegistryChange(steps: Step[], { chance, int, pick }: Random): Pick<Scenario, 'steps' | 'before'> {
  if (!chance(0.1)) return { steps };
  const deploy: Step = { do: 'deployRegistry', afterMs: int(0, 120_000) };
  return { before: pick(['renamed', 'smaller']), steps: steps.toSpliced(int(1, steps.length), 0, deploy) };
}

/** HubSpot words the owner's click in two ways; other words are an employee's mark, which is no click. */
function withClicks(steps: Step[], { chance, pick }: Random): Step[] {
  return steps.map((step) => {
    if (step.do !== 'confirm' || !chance(0.3)) return step;
    return { ...step, value: pick(['Confirmed', 'Confirmed', 'Customer marked confirmed']) };
  });
}

/** Seldom the ledger is restored, somewhere in the play. */
function withRestore(steps: Step[], { chance, int, pick }: Random): Step[] {
  if (!chance(0.06)) return steps;
  const agoMs = pick([int(1000, 60_000), int(60_000, 600_000), int(600_000, 4 * 3_600_000)]);
  return steps.toSpliced(int(1, steps.length), 0, { do: 'restoreLedger', agoMs, afterMs: int(0, 120_000) });
}

/**
 * Most of what happens, happens to one person: that is where it becomes difficult. Each run prefers some kinds of action and
 * leaves out others ("swarm testing"), so that rare ones meet more often than they would if all were always mixed.
 */
function stepsOf(random: Random): Step[] {
  const steps: Step[] = [];
  const likes = KINDS.map(() => random.pick([0, 0.5, 1, 3]));
  let who = random.int(0, 2);
  for (let n = random.int(4, 16); n > 0; n--) {
    if (random.chance(0.3)) who = random.int(0, 2);
    const step = drawStep(random, who, likes);
    steps.push(step);
    steps.push(...sequelOf(step, random), ...whatFollows(step, who, random));
  }
  return steps;
}

/** What often follows: a click on the mail of a form, perhaps with another company's form in between; a stranger who uses an old click. */
function sequelOf(step: Step, random: Random): Step[] {
  if (step.do === 'confirm' && random.chance(0.5)) {
    const form = random.pick(DOUBLE_OPT_IN);
    return [{ do: 'stranger', who: step.who, form, how: 'posts', agoMs: 120_000, afterMs: 60_000 }];
  }
  if (step.do !== 'form' || !DOUBLE_OPT_IN.includes(step.form) || random.chance(0.5)) return [];
  const { who } = step;
  const others = DOUBLE_OPT_IN.filter((form) => form !== step.form);
  const between: Step[] = others.map((form) => ({ do: 'form', who, form, as: 'owner', afterMs: 1000 }));
  const click: Step = { do: random.pick(['confirm', 'confirm', 'selfService']), who, type: 501, afterMs: 60_000 };
  return [...(random.chance(0.3) ? between : []), click];
}

/** What often follows in life, and would seldom meet by chance. */
function whatFollows(step: Step, who: number, random: Random): Step[] {
  const later = (action: Action): Step => ({ ...action, afterMs: random.pick([500, 5000, 60_000, 3_600_000]) });
  const owner = (): Step => later({ do: 'form', who, form: forms.ofCompany, as: 'owner' });
  if (step.do === 'form' && step.as === 'guest' && random.chance(0.6)) {
    return [later({ do: 'reclaim', who, by: random.pick(['edit', 'import'] as const) })];
  }
  if (step.do === 'delete' && random.chance(0.5)) {
    const again = [later({ do: 'recreate', who }), owner(), later({ do: 'delete', who })];
    return [...again, later({ do: random.pick(['recreate', 'restore'] as const), who })];
  }
  return [];
}

/** A step that chance draws. `likes`: how much a run prefers each kind of action; default all alike. */
export function drawStep(random: Random, who: number, likes: readonly number[] = []): Step {
  const pauses = [
    () => 0,
    () => random.int(0, 2000),
    () => random.int(0, 600_000),
    () => random.int(600_000, 4 * 3_600_000),
  ];
  const afterMs = (pauses[random.pick([0, 1, 1, 1, 1, 2, 2, 2, 3])] as () => number)();
  return { afterMs, ...pick(KINDS, random, who, likes) };
}

/** How often each kind of action comes, before a run's preferences. */
const KINDS: Kind[] = [
  [6, (random, who) => ({ do: 'optOut', who, type: random.pick(random.chance(0.7) ? OWN : TYPES) })],
  [2, (random, who) => ({ do: 'employeeOptOut', who, type: random.pick(TYPES) })],
  [4, (random, who) => ({ do: 'employeeOpens', who, type: random.pick(TYPES) })],
  [2, (random, who) => ({ do: 'selfService', who, type: random.pick(OWN) })],
  [3, (_, who) => ({ do: 'unsubscribeAll', who })],
  [2, (_, who) => ({ do: 'confirm', who })],
  [
    3,
    (random, who) => ({ do: 'block', who, property: random.pick(PROPERTIES), value: random.pick(['true', 'false']) }),
  ],
  [
    2,
    (random, who) => ({
      do: 'import',
      who,
      types: [random.pick(TYPES), random.pick(TYPES)],
      status: random.pick(['SUBSCRIBED', 'SUBSCRIBED', 'UNSUBSCRIBED'] as const),
    }),
  ],
  [
    7,
    (random, who) => ({
      do: 'form',
      who,
      form: random.pick(FORMS),
      as: random.pick(['owner', 'owner', 'owner', 'shouting', 'stranger', 'guest'] as const),
    }),
  ],
  [3, stranger],
  [1, (_, who) => ({ do: 'delete', who })],
  [1, (_, who) => ({ do: 'restore', who })],
  [0.5, (_, who) => ({ do: 'privacy', who })],
  [1.5, (_, who) => ({ do: 'recreate', who })],
  [1, (random, who) => ({ do: 'address', who, lived: random.chance(0.3) })],
  [1, (random, who) => ({ do: 'reclaim', who, by: random.pick(['edit', 'import'] as const) })],
  [1.5, (random, who) => ({ do: 'merge', who, whom: (who + random.int(1, 2)) % 3 })],
  [1, (random) => ({ do: 'outage', ms: random.int(10_000, 5_400_000) })],
  [1, () => ({ do: 'audit' })],
  [2, () => ({ do: 'calm' })],
];

function stranger(random: Random, who: number): Action {
  const agoMs = random.pick([0, random.int(0, 60_000), random.int(0, 2 * 3_600_000)]);
  const how = random.pick(['posts', 'posts', 'enrols', 'borrows the browser'] as const);
  return { do: 'stranger', who, form: random.pick(FORMS), how, agoMs };
}

type Kind = [weight: number, make: (random: Random, who: number) => Action];

function pick(kinds: readonly Kind[], random: Random, who: number, likes: readonly number[] = []): Action {
  const weights = kinds.map(([weight], i) => weight * (likes[i] ?? 1));
  let draw = random.share() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [i, [, make]] of kinds.entries()) {
    draw -= weights[i] ?? 0;
    if (draw < 0) return make(random, who);
  }
  return { do: 'calm' };
}

/** One person and one company, all within the seconds in which Widerruf itself reads and writes. */
function stormOf(random: Random): Step[] {
  const who = random.int(0, 2);
  return Array.from({ length: random.int(4, 14) }, () => {
    const afterMs = random.int(0, random.pick([0, 300, 1500, 1500, 3000, 8000, 120_000]));
    return { afterMs, ...pick(STORM, random, who) };
  });
}

const STORM: Kind[] = [
  [4, (_, who) => ({ do: 'optOut', who, type: 501 })],
  [3, (_, who) => ({ do: 'unsubscribeAll', who })],
  [4, (random, who) => ({ do: 'employeeOpens', who, type: random.pick([501, 511]) })],
  [1, (random, who) => ({ do: 'employeeOptOut', who, type: random.pick([501, 511, 512]) })],
  [
    4,
    (random, who) => ({ do: 'block', who, property: 'block_gallery', value: random.pick(['true', 'true', 'false']) }),
  ],
  [
    6,
    (random, who) => {
      const form = random.pick([forms.ofCompany, forms.ofCompany, forms.ofBrand, forms.doubleOptIn]);
      return { do: 'form', who, form, as: 'owner' };
    },
  ],
  [2, (_, who) => ({ do: 'confirm', who })],
  [1, stranger],
  [0.5, (random) => ({ do: 'outage', ms: random.int(1000, 60_000) })],
  [0.5, (random, who) => ({ do: 'merge', who, whom: (who + random.int(1, 2)) % 3 })],
  [1, () => ({ do: 'calm' })],
];

/** A scenario without any trouble of the machines: only what people do. */
export const fairWeather = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Weather;

import type { Behaviour } from '../../../local/hubspot/behaviour.ts';
import type { PortalEvent } from '../../../local/hubspot/portal/types.ts';
import { createTwin, type TwinAccount } from '../../../local/hubspot/twin.ts';
import type { Outgoing } from '../../../local/hubspot/webhooks/network.ts';
import { twinOptions } from '../../../local/twin-of.ts';
import { COPY, copying, registry, registryFile } from '../registry.ts';
import { copyDelayOf, type Scenario } from '../scenario.ts';
import type { Truth } from '../truth/truth.ts';
import { namesIn, oddAnswer, optionalAnswer } from './odd-answers.ts';
import type { Setting } from './setting.ts';

export const API = 'http://hubspot.simulated';
export const PUBLIC_URL = 'https://widerruf.simulated';

const WITHOUT_CONSENT = { id: '00000000-0000-4000-8000-000000000009', subscriptions: [] };

/** What the twin allows in ten seconds unless a scenario says otherwise. */
const USUAL_LIMIT = 190;

/** HubSpot's ten tries lie within a day. */
const RETRY_DELAYS_S = [60, 120, 240, 480, 960, 1920, 3840, 7680, 15_360, 30_720];

/** HubSpot as it is simulated: the twin, and the way on which Widerruf calls its API. */
export type Account = {
  twin: TwinAccount;
  /** Takes the place of the machine's `fetch`. */
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** True while Widerruf itself changes the portal. */
  isOurs: () => boolean;
};

/** `deliver` carries HubSpot's webhooks; the truth hears of every change that Widerruf did not make. */
export function createAccount(
  setting: Setting,
  truth: Truth,
  deliver: (request: Outgoing) => Promise<number>,
): Account {
  const { scheduler, say, inHubSpot } = setting;
  const copiedAfterMs = copyDelayOf(setting.scenario);
  const options =
    copiedAfterMs === undefined ? twinOptions(registryFile, registry) : twinOptions(copying.file, copying.registry);
  let ours = false;
  const twin: TwinAccount = createTwin({
    ...options,
    // A portal has forms that nobody registered, too: this one asks for no consent.
    ...(setting.scenario.behaviour.explicitNulls && { forms: [...(options.forms ?? []), WITHOUT_CONSENT] }),
    clock: setting.now,
    random: inHubSpot.share,
    behaviour: behaviourOf(setting, () => twin),
    strikes: (fault) => setting.strikes(fault === 'lost' ? 'webhooks lost' : 'webhooks twice'),
    network: { sleep: (ms) => scheduler.sleep(ms), post: (request) => deliver(request) },
    observe(event) {
      const { type, contact, propertyName = '', propertyValue = '' } = event;
      say(`HubSpot: ${ours ? '(ours) ' : ''}${type} ${contact} ${propertyName} ${propertyValue}`);
      if (propertyName === COPY) setting.strikes('a property copies an opt-out');
      if (!ours || propertyName === COPY) truth.observe(event);
      else tellLate(event, setting, (body) => twin.sender.workflow(body));
    },
  });
  twin.sender.connect({
    webhooks: `${PUBLIC_URL}/webhooks/hubspot`,
    workflows: `${PUBLIC_URL}/webhooks/hubspot/workflows`,
  });
  return {
    twin,
    isOurs: () => ours,
    fetch: (url, init) =>
      setting.network.call({
        what: `hubspot ${init.method} ${new URL(url).pathname}`,
        repeats: false,
        lost: () => new TypeError('fetch failed'),
        refuse: () => Response.json({}, { status: inHubSpot.pick([500, 502, 503, 429]) }),
        async perform() {
          ours = true;
          try {
            const answer = await twin.app.fetch(new Request(url, init));
            if (answer.status === 429) setting.strikes('429');
            return answer;
          } finally {
            ours = false;
          }
        },
      }),
  };
}

/** A portal's workflow tells of our own change some time later, as if the change had happened just then. */
function tellLate(
  { type, contact, propertyName, propertyValue }: PortalEvent,
  { scheduler, scenario, storm, strikes }: Setting,
  tell: (body: object) => void,
): void {
  const { echoAfterMs: after, echoSpelt = 'as usual' } = scenario.odd ?? {};
  const subscriptionId = /^hs_email_optout_(\d+)$/.exec(propertyName ?? '')?.[1];
  if (after === undefined || !storm.isOn || type !== 'propertyChange' || subscriptionId === undefined) return;
  const status = WORDS[echoSpelt][propertyValue === 'true' ? 'closed' : 'open'];
  scheduler.after(after, () => {
    strikes('a workflow tells late of our change');
    tell({ event: 'subscription-change', subscriptionId, status, contactId: contact, occurredAt: scheduler.now });
  });
}

/** How a workflow's body spells a status. */
const WORDS = {
  'as usual': { closed: 'opted-out', open: 'opted-in' },
  oddly: { closed: 'Opted Out ', open: ' Opted-In' },
} as const;

function behaviourOf(setting: Setting, twin: () => TwinAccount): Partial<TwinAccount['behaviour']> {
  const { scenario, storm, inHubSpot, strikes } = setting;
  const copiedAfterMs = copyDelayOf(scenario);
  return {
    ...scenario.behaviour,
    ...(copiedAfterMs !== undefined && { copyDelayMs: copiedAfterMs }),
    reorder: scenario.reorder,
    lost: scenario.lost,
    duplicates: scenario.duplicates,
    retryDelaysMs: RETRY_DELAYS_S.map((seconds) => seconds * 1000),
    fail: (call) => {
      const optional = optionalAnswer(call, setting);
      if (optional !== undefined) return optional;
      if (!storm.isOn) return undefined;
      if (inHubSpot.chance(scenario.weather.refused)) {
        strikes('refused');
        return inHubSpot.pick([500, 502, 503, 504, 423]);
      }
      return oddAnswer(call, setting, namesIn(twin()));
    },
    itemError: () => {
      if (!storm.isOn || !inHubSpot.chance(scenario.itemErrors)) return undefined;
      strikes('an item of a batch is refused');
      return inHubSpot.pick(['RATE_LIMITS', 'INTERNAL_ERROR']);
    },
  };
}

/** HubSpot's settings while a scenario's storm is on. */
export function stormyWays({ odd = {}, lost, duplicates, behaviour }: Scenario): Partial<Behaviour> {
  const { refusedProperty, renamedOption, demanded, submissionLists = 'readable' } = odd;
  return {
    lost,
    duplicates,
    limitPer10Seconds: behaviour.limitPer10Seconds ?? USUAL_LIMIT,
    refusedProperties: new Set(refusedProperty === undefined ? [] : [refusedProperty]),
    propertyOptions: new Map(renamedOption === undefined ? [] : [[renamedOption, ['ja', 'nein', 'false']]]),
    demandedProperties: demanded === undefined ? [] : [demanded],
    submissionLists,
  };
}

/** The same when the storm is over: HubSpot's limit ends with it, so that everything drains. */
export const calmWays: Partial<Behaviour> = {
  lost: 0,
  duplicates: 0,
  limitPer10Seconds: Number.POSITIVE_INFINITY,
  refusedProperties: new Set(),
  propertyOptions: new Map(),
  demandedProperties: [],
  submissionLists: 'readable',
};

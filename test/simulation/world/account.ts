import type { PortalEvent } from '../../../local/hubspot/portal/types.ts';
import { createTwin, type TwinAccount } from '../../../local/hubspot/twin.ts';
import type { Outgoing } from '../../../local/hubspot/webhooks/network.ts';
import { twinOptions } from '../../../local/twin-of.ts';
import { registry, registryFile } from '../registry.ts';
import type { Odd } from '../scenario.ts';
import type { Truth } from '../truth/truth.ts';
import type { Setting } from './setting.ts';

export const API = 'http://hubspot.simulated';
export const PUBLIC_URL = 'https://widerruf.simulated';

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
  let ours = false;
  const twin = createTwin({
    ...twinOptions(registryFile, registry),
    clock: setting.now,
    random: inHubSpot.share,
    behaviour: behaviourOf(setting),
    strikes: (fault) => setting.strikes(fault === 'lost' ? 'webhooks lost' : 'webhooks twice'),
    network: { sleep: (ms) => scheduler.sleep(ms), post: (request) => deliver(request) },
    observe(event) {
      const { type, contact, propertyName = '', propertyValue = '' } = event;
      say(`HubSpot: ${ours ? '(ours) ' : ''}${type} ${contact} ${propertyName} ${propertyValue}`);
      if (!ours) truth.observe(event);
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
  const after = scenario.odd?.echoAfterMs;
  const subscriptionId = /^hs_email_optout_(\d+)$/.exec(propertyName ?? '')?.[1];
  if (after === undefined || !storm.isOn || type !== 'propertyChange' || subscriptionId === undefined) return;
  const status = propertyValue === 'true' ? 'opted-out' : 'opted-in';
  scheduler.after(after, () => {
    strikes('a workflow tells late of our change');
    tell({ event: 'subscription-change', subscriptionId, status, contactId: contact, occurredAt: scheduler.now });
  });
}

/** The answer that a scenario's odd ways of HubSpot give to a call, if any. */
function oddAnswer(call: string, { conflictOf, bursts }: Odd, { now, strikes }: Setting): number | undefined {
  if (bursts !== undefined && now() % bursts.everyMs < bursts.ms) {
    strikes('burst of 500');
    return 500;
  }
  const isConflict = conflictOf !== undefined && /\/contacts\/batch/.test(call) && call.includes(`"${conflictOf}"`);
  if (!isConflict) return undefined;
  strikes('a record spoils its batch');
  return 409;
}

function behaviourOf(setting: Setting): Partial<TwinAccount['behaviour']> {
  const { scenario, storm, inHubSpot, strikes } = setting;
  return {
    ...scenario.behaviour,
    reorder: scenario.reorder,
    lost: scenario.lost,
    duplicates: scenario.duplicates,
    retryDelaysMs: RETRY_DELAYS_S.map((seconds) => seconds * 1000),
    fail: ({ path, body }) => {
      if (!storm.isOn) return undefined;
      if (inHubSpot.chance(scenario.weather.refused)) {
        strikes('refused');
        return inHubSpot.pick([500, 502, 503, 504, 423]);
      }
      return oddAnswer(`${path} ${body}`, scenario.odd ?? {}, setting);
    },
    itemError: () => {
      if (!storm.isOn || !inHubSpot.chance(scenario.itemErrors)) return undefined;
      strikes('an item of a batch is refused');
      return inHubSpot.pick(['RATE_LIMITS', 'INTERNAL_ERROR']);
    },
  };
}

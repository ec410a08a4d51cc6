import { type Now, shifted } from '../../clocks.ts';
import { PermanentError, RetryableError } from '../../errors.ts';
import { readContacts } from '../../hubspot/contacts.ts';
import type { HubSpot } from '../../hubspot/hubspot.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { subscriptionKey } from '../../registry/control.ts';
import type { Registry } from '../../registry/registry.ts';

export type CanaryDeps = {
  registry: Registry;
  hubspot: HubSpot;
  ledger: Ledger;
  now: Now;
};

/** How far back a check looks: the schedule checks an hour after sending. */
const WITHIN_MS = 70 * 60_000;

/**
 * Opts the marked test contact out of the registry's canary type, after opting the contact in, so that HubSpot has a change to tell.
 * @throws PermanentError when the registry's test contact cannot be used.
 */
export async function sendCanary({ registry, hubspot }: CanaryDeps): Promise<void> {
  const { contact, subscription } = canaryOf(registry);
  const address = (await readContacts(hubspot.send, [contact], [])).get(contact)?.email;
  if (address === undefined) throw new PermanentError('the test contact of the registry’s canary has no address');
  for (const status of ['SUBSCRIBED', 'UNSUBSCRIBED']) {
    const why = {
      legalBasis: 'LEGITIMATE_INTEREST_OTHER',
      legalBasisExplanation: 'Widerruf: canary on a test contact',
    };
    const [outcome] = await hubspot.statuses.write([{ address, subscriptionId: subscription, status, ...why }]);
    if (outcome === undefined || !('at' in outcome)) throw new RetryableError('HubSpot did not take the canary');
  }
}

/** Whether the canary's opt-out came back as a webhook and was recorded. */
export async function isCanaryBack({ registry, ledger, now }: CanaryDeps): Promise<boolean> {
  const { contact, subscription } = canaryOf(registry);
  const entries = await ledger.read({ portal: registry.portal, contact });
  return entries.some(
    ({ recordedAt, body }) =>
      body.kind === 'decision' &&
      body.signal?.control === subscriptionKey(subscription) &&
      body.signal.to === 'closed' &&
      recordedAt > shifted(now(), -WITHIN_MS),
  );
}

function canaryOf({ canary }: Registry) {
  if (canary === undefined) throw new PermanentError('the registry names no canary');
  return canary;
}

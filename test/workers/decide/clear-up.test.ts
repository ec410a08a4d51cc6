import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ordinary } from '../../../local/hubspot/behaviour.ts';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { ourTime } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { signalOfWebhook } from '../../../src/hubspot/webhook-event.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { clearedUp } from '../../../src/workers/decide/clear-up.ts';
import { changed, MINUTE } from '../../helpers/person.ts';
import { registryText, testRegistry } from '../../helpers/registry.ts';
import { sendTo } from '../../helpers/twin-send.ts';

/** HubSpot keeps the values of hidden and sensitive properties back from events (developer docs, sensitive data); its history tells them. */

const registry = testRegistry();
let now = Date.UTC(2026, 0, 5);
let twin: Twin;
beforeAll(async () => {
  twin = await startTwinOf(parseRegistry(registryText), registry, { clock: () => now });
});
afterAll(() => twin.stop());
beforeEach(() => {
  now += 60 * MINUTE;
  Object.assign(twin.behaviour, ordinary);
});

function clear(signal: Signal): Promise<Signal> {
  const send = sendTo(twin);
  return clearedUp(signal, { registry, hubspot: createHubSpot(send, () => ourTime(now), registry) });
}

/** An event of a contact's property without the value, by HubSpot's time of the change (ms). */
function valueless(contact: string, propertyName: string, occurredAt = now): Signal {
  const event = { subscriptionType: 'object.propertyChange', objectTypeId: '0-1', objectId: contact, propertyName };
  const signal = signalOfWebhook({ ...event, portalId: registry.portal, occurredAt }, registry, ourTime(now));
  if (typeof signal === 'string') throw new Error(signal);
  return signal;
}

let people = 0;
const newContact = () => twin.people.createContact({ email: `hidden-${people++}@example.at` }).id;

test('an "unsubscribed from all" that ended before anybody looked', async () => {
  const id = newContact();
  twin.people.unsubscribeFromAll({ contact: id });
  const [saidAt, event] = [now, valueless(id, 'hs_email_optout')];
  now += 5000;
  twin.behaviour.subscribeLiftsPortalWide = true;
  twin.people.subscribeByEmployee({ contact: id, subscription: 501 });
  expect(await clear(event)).toMatchObject({
    kind: 'control',
    control: 'portal-wide',
    to: 'closed',
    occurredAt: saidAt,
  });
  expect(await clear(valueless(id, 'hs_email_optout'))).toMatchObject({ control: 'portal-wide', to: 'open' });
});

test('an opt-out of a company that somebody has reopened since, a block, a confirmation', async () => {
  const id = newContact();
  twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  twin.people.editProperty({ contact: id, name: 'block_gallery', value: 'true' });
  twin.people.editProperty({ contact: id, name: 'hs_emailconfirmationstatus', value: 'Confirmed' });
  const events = ['hs_email_optout_501', 'block_gallery', 'hs_emailconfirmationstatus'].map((name) =>
    valueless(id, name),
  );
  now += 5000;
  twin.people.subscribeByEmployee({ contact: id, subscription: 501 });
  twin.people.editProperty({ contact: id, name: 'block_gallery', value: 'false' });
  expect(await Promise.all(events.map(clear))).toMatchObject([
    { control: 'subscription:501', to: 'closed' },
    { control: 'property:block_gallery', to: 'closed' },
    { kind: 'confirmation', value: 'Confirmed' },
  ]);
});

test('an event whose time HubSpot tells in whole seconds is of the nearest version', async () => {
  const id = newContact();
  now += 700;
  twin.people.editProperty({ contact: id, name: 'block_gallery', value: 'true' });
  now += 600;
  twin.people.editProperty({ contact: id, name: 'block_gallery', value: 'false' });
  expect(await clear(valueless(id, 'block_gallery', now - 700))).toMatchObject({ to: 'closed' });
  expect(await clear(valueless(id, 'block_gallery', now - 100))).toMatchObject({ to: 'open' });
});

test('what the history does not tell stays unclear, and HubSpot is looked at', async () => {
  const id = newContact();
  twin.people.editProperty({ contact: id, name: 'block_gallery', value: 'true' });
  const event = valueless(id, 'block_gallery');
  expect(await clear(valueless(id, 'block_gallery', now - 1000)), 'no version of that moment').toMatchObject({
    event: 'unclear',
  });
  expect(await clear(valueless('999', 'block_gallery')), 'no such contact').toMatchObject({ event: 'unclear' });
  twin.behaviour.keepsOptOutVersions = false;
  twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  expect(await clear(valueless(id, 'hs_email_optout_501')), 'no versions').toMatchObject({ event: 'unclear' });
  twin.behaviour.fail = ({ body }) => (String(body).includes('"propertiesWithHistory":["block') ? 403 : undefined);
  expect(await clear(event), 'HubSpot shows no histories').toMatchObject({ event: 'unclear' });
});

test('nothing is asked about any other signal', async () => {
  twin.calls.length = 0;
  const [told, created] = [changed('subscription:501', 'closed', now), valueless('101', 'email')];
  expect(await clear(told)).toBe(told);
  expect(await clear(created)).toBe(created);
  expect(twin.calls).toEqual([]);
});

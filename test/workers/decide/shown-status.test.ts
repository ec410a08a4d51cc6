import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { systemClock } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import type { ControlSignal } from '../../../src/signals/signal.ts';
import { shownStatus } from '../../../src/workers/decide/shown-status.ts';
import { changed } from '../../helpers/person.ts';
import { registryText, testRegistry } from '../../helpers/registry.ts';
import { sendTo } from '../../helpers/twin-send.ts';

/** The status that decides whether an event is somebody's "no" or our own closing, told late. */

const registry = testRegistry();
let twin: Twin;
beforeAll(async () => {
  twin = await startTwinOf(parseRegistry(registryText), registry);
});
afterAll(() => twin.stop());

let people = 0;
function optedOut(): string {
  const { id } = twin.people.createContact({ email: `shown-${people++}@example.at` });
  twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  return id;
}
const shown = (contact: string, control = 'subscription:501') => {
  const signal = { ...changed(control, 'closed', Date.now()), contact } as ControlSignal;
  return shownStatus(signal, { registry, hubspot: createHubSpot(sendTo(twin), systemClock, registry) });
};

test('of a contact', async () => {
  expect(await shown(optedOut())).toMatchObject({ status: 'UNSUBSCRIBED', source: 'Recipient' });
});

test('of a record that was deleted: HubSpot still shows its address', async () => {
  const contact = optedOut();
  twin.people.deleteContact({ contact });
  expect(await shown(contact)).toMatchObject({ status: 'UNSUBSCRIBED', source: 'Recipient' });
});

test('nothing of a record that was deleted for privacy, nor of a property', async () => {
  const contact = optedOut();
  expect(await shown(contact, 'property:block_gallery')).toBe('nothing');
  twin.people.deleteForPrivacy({ contact });
  expect(await shown(contact)).toBe('nothing');
});

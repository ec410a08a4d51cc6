import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { millis, ourTime, systemClock } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import { type ContactState, nothingKnown } from '../../../src/rules/state.ts';
import { unheardSignals } from '../../../src/workers/audit/unheard.ts';
import { registryText, testRegistry } from '../../helpers/registry.ts';
import { timed } from '../../helpers/state.ts';
import { sendTo } from '../../helpers/twin-send.ts';

const control = 'subscription:501';
const NOW = 9_000_000_000_000;
let twin: Twin;
beforeAll(async () => {
  twin = await startTwinOf(parseRegistry(registryText), testRegistry());
});
afterAll(() => twin.stop());

type Known = 'nothing known' | 'opened by us';

/** When an opt-out was said, for a contact that an older page showed as closed; `known`: what the ledger holds of the control. */
async function saidAt(email: string, known: Known): Promise<number[]> {
  const send = sendTo(twin);
  const [contact] = twin.portal.byAddress(email);
  const { timestamp: at } = twin.portal.status(email, 501);
  const written = { [control]: { open: [{ at, from: at, until: at }] } };
  const state = known === 'opened by us' ? timed<ContactState>({ ...nothingKnown, written }) : nothingKnown;
  const id = contact?.id ?? '';
  const signals = await unheardSignals(
    [{ dossier: { contact: id, entries: [], state }, findings: [{ kind: 'opt-out-unheard', contact: id, control }] }],
    { unseen: [] },
    { registry: testRegistry(), hubspot: createHubSpot(send, systemClock, testRegistry()), now: () => ourTime(NOW) },
  );
  return signals.map(({ occurredAt }) => millis(occurredAt));
}

test('an opt-out was said when HubSpot says so, and when it was found if HubSpot does not', async () => {
  const { id } = twin.people.createContact({ email: 'said@example.at' });
  expect(await saidAt('said@example.at', 'nothing known')).toEqual([NOW]);
  twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  expect(await saidAt('said@example.at', 'nothing known')).toEqual([
    twin.portal.status('said@example.at', 501).timestamp,
  ]);
});

test('what was opened since the page was read: nothing if it was our lift, else said before the opening', async () => {
  const { id } = twin.people.createContact({ email: 'opened@example.at' });
  twin.people.subscribeByEmployee({ contact: id, subscription: 501 });
  expect(await saidAt('opened@example.at', 'opened by us')).toEqual([]);
  const { timestamp } = twin.portal.status('opened@example.at', 501);
  expect(await saidAt('opened@example.at', 'nothing known')).toEqual([timestamp - 1]);
});

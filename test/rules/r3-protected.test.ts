import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { createHubSpot } from '../../src/hubspot/hubspot.ts';
import type { ApiRequest, Send } from '../../src/hubspot/transport.ts';
import type { Desired } from '../../src/rules/desired.ts';
import { planWrites } from '../../src/rules/plan.ts';
import { planOthers } from '../../src/rules/r8-other-addresses.ts';
import { testRegistry } from '../helpers/registry.ts';
import { back } from '../helpers/state.ts';

const usual = testRegistry();
const all = [...usual.controls.values()];
const NOW = ourTime(1000);

/** Any state's demand, of all controls, while some of them are protected: what the check at deployment refuses. */
const demand = fc.record({
  protectedKeys: fc.subarray(all.map(({ key }) => key)),
  wishes: fc.tuple(
    ...all.map((control) =>
      fc.constantFrom<Desired>(
        { to: 'closed', control, optOutAt: hubspotTime(1) },
        { to: 'restored', control, value: 'SUBSCRIBED', by: back(2) },
        { to: 'subscribed', control, value: 'SUBSCRIBED', by: back(2) },
      ),
    ),
  ),
});
const desiredOf = (wishes: readonly Desired[]) => new Map(wishes.map((wish) => [wish.control.key, wish]));
const open = Object.fromEntries(all.map(({ key }) => [key, 'UNSUBSCRIBED']));

describe('R3: a protected control that a state demands', () => {
  test('is in no plan for the contact’s own record and address, and every other control still is', () => {
    fc.assert(
      fc.property(demand, fc.boolean(), ({ protectedKeys, wishes }, isOpen) => {
        const registry = { ...usual, protectedControls: new Set(protectedKeys) };
        const actual = isOpen ? Object.fromEntries(all.map(({ key }) => [key, 'NOT_SPECIFIED'])) : open;
        const { writes } = planWrites(desiredOf(wishes), actual, registry, NOW);
        const without = planWrites(desiredOf(wishes), actual, { ...usual, protectedControls: new Set() }, NOW);
        expect(writes).toEqual(without.writes.filter(({ control }) => !protectedKeys.includes(control.key)));
      }),
    );
  });

  test('is in no plan for another address of the contact, and every other type still is', () => {
    fc.assert(
      fc.property(demand, ({ protectedKeys, wishes }) => {
        const registry = { ...usual, protectedControls: new Set(protectedKeys) };
        const planned = planOthers(desiredOf(wishes), [{ hash: 'b', statuses: [] }], registry, NOW);
        const expected = wishes.filter(
          ({ to, control: { key, control } }) =>
            to === 'closed' && control.kind === 'subscription' && !protectedKeys.includes(key),
        );
        expect(planned.map(({ write }) => write.control.key)).toEqual(expected.map(({ control }) => control.key));
      }),
    );
  });

  test('is sent to HubSpot by no writer, in batches or singly, even if a plan named it', async () => {
    await fc.assert(
      fc.asyncProperty(demand, fc.boolean(), async ({ protectedKeys }, batchScopes) => {
        const registry = { protectedControls: new Set(protectedKeys) };
        const { send, sent } = recording(batchScopes);
        const hubspot = createHubSpot(send, () => NOW, registry);
        const types = all.flatMap(({ key, control }) =>
          control.kind === 'subscription' ? [{ key, id: control.id }] : [],
        );
        const names = all.flatMap(({ key, control }) =>
          control.kind === 'property' ? [{ key, name: control.name }] : [],
        );
        const outcomes = await hubspot.statuses.write(
          types.map(({ id }) => ({
            address: 'a@x.at',
            subscriptionId: id,
            status: 'UNSUBSCRIBED',
            legalBasisExplanation: '',
          })),
        );
        const updated = await hubspot.updateContacts(
          names.map(({ name }, i) => ({ id: String(i), properties: { [name]: 'true' } })),
        );
        expect(sent).toEqual(new Set(all.map(({ key }) => key).filter((key) => !protectedKeys.includes(key))));
        types.forEach(({ key }, i) => {
          expect(outcomes[i]).toEqual(
            expect.objectContaining(protectedKeys.includes(key) ? { refused: 'PROTECTED' } : { at: 7 }),
          );
        });
        names.forEach(({ key }, i) => {
          expect(updated.get(String(i))).toEqual(protectedKeys.includes(key) ? { refused: 'PROTECTED' } : { at: 7 });
        });
      }),
    );
  });
});

/** A HubSpot that accepts everything at time 7 and notes the controls that it was told to write. */
function recording(batchScopes: boolean): { send: Send; sent: Set<string> } {
  const sent = new Set<string>();
  const accept = ({ subscriberIdString = 'a@x.at', subscriptionId, statusState }: Record<string, unknown>) => {
    sent.add(`subscription:${String(subscriptionId)}`);
    return { subscriberIdString, subscriptionId, status: statusState, timestamp: 7 };
  };
  const send = ({ path, body }: ApiRequest) => {
    const { inputs = [] } = body as { inputs?: Record<string, unknown>[] };
    if (path.includes('/statuses/batch/') && !batchScopes) return Promise.resolve({ status: 403, body: {} });
    if (path.endsWith('/statuses/batch/write'))
      return Promise.resolve({ status: 200, body: { results: inputs.map(accept) } });
    if (path.includes('/statuses/'))
      return Promise.resolve({ status: 200, body: { results: [accept(body as Record<string, unknown>)] } });
    for (const { properties } of inputs)
      for (const name of Object.keys(properties as object)) sent.add(`property:${name}`);
    const results = inputs.map(({ id }) => ({ id, properties: {}, updatedAt: new Date(7).toISOString() }));
    return Promise.resolve({ status: 200, body: { results } });
  };
  return { send, sent };
}

import { expect, test } from 'vitest';
import { startTwinOf } from '../../../local/twin-of.ts';
import { systemClock } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import { AuditRequestSchema } from '../../../src/queues/audit-request.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import { arrangeRegistry } from '../../../src/registry/registry.ts';
import { audit } from '../../../src/workers/audit/audit.ts';
import { converge } from '../../../src/workers/converge/converge.ts';
import { recordDecision } from '../../../src/workers/decide/record-decision.ts';
import { changed } from '../../helpers/person.ts';
import { sendTo } from '../../helpers/twin-send.ts';

/** A registry of a company with so many brands, each with a block of its own. */
const textWith = (brands: number) => `portal: 1
companies:
  museum:
    name: Museum GmbH
    subscription: { id: 501 }
    brands:
${Array.from(
  { length: brands },
  (_, i) => `      brand-${i}:
        name: Brand ${i}
        controls: [{ kind: property, name: data_protection_block_of_brand_${i}, blocked: "true", open: "false" }]`,
).join('\n')}
forms: []
protected: {}
`;

test('400 registered properties: everybody is closed, and the audit sees all of them', async () => {
  const file = parseRegistry(textWith(400));
  const registry = arrangeRegistry(file);
  const twin = await startTwinOf(file, registry, { behaviour: { limitPer10Seconds: 1000 } });
  const send = sendTo(twin);
  const hubspot = createHubSpot(send, systemClock, registry);
  const ledger = memoryLedger();
  const base = { registry, ledger, hubspot, addressKey: 'key', now: systemClock, salt: () => 'salt' };

  const { id } = twin.people.createContact({ email: 'many-brands@example.at' });
  const optOut = { ...changed('subscription:501', 'closed', Date.now()), contact: id };
  await recordDecision(optOut, { registry, now: systemClock(), address: 'same' }, ledger);
  expect((await converge([id], base)).get(id)).toMatchObject({ ok: true, closed: 401 });
  twin.people.editProperty({ contact: id, name: 'data_protection_block_of_brand_399', value: 'false' });

  const nobody = async () => undefined;
  const deps = { ...base, search: send, mode: 'report', queueSignals: nobody, request: nobody } as const;
  const { run } = await audit(AuditRequestSchema.parse({ v: 1 }), deps, () => true);
  await twin.stop();
  expect(run).toMatchObject({ contacts: 1, unseen: [], counts: { 'open-under-opt-out': 1 } });
});

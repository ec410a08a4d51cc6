import { expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../../src/clocks.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import type { EntryBody } from '../../../src/rules/entry.ts';
import { replay } from '../../../src/rules/evolve.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { withId } from '../../../src/signals/signal-id.ts';
import type { Telemetry } from '../../../src/telemetry/telemetry.ts';
import { decideOne } from '../../../src/workers/decide/decide-one.ts';
import type { DecideDeps } from '../../../src/workers/decide/deps.ts';
import { changed } from '../../helpers/person.ts';
import { MUSEUM, testRegistry } from '../../helpers/registry.ts';
import { webhook } from '../../helpers/state.ts';

test('a late opt-out of a merged contact is no echo of what was written for the survivor at that moment', async () => {
  const registry = testRegistry();
  const ledger = memoryLedger();
  const logger = { info: () => undefined };
  const telemetry = { logger, measure: () => undefined } as unknown as Telemetry;
  const deps = { registry, ledger, telemetry, now: () => ourTime(9000) } as unknown as DecideDeps;
  const survivor = { portal: 1, contact: '50' };
  const told = (contact: string, at: number): Signal => ({ ...changed(MUSEUM, 'closed', at), contact });

  await decideOne(told('50', 100), deps);
  const written = { [MUSEUM]: { direction: 'closed', at: 5000, from: 5000, until: 5000 } };
  const applied = { kind: 'applied', before: {}, after: {}, written, lifted: {} } as unknown as EntryBody;
  await ledger.append(survivor, (await ledger.read(survivor)).at(-1), { recordedAt: ourTime(5000), body: applied });
  await decideOne(
    withId({
      v: 1,
      portal: 1,
      contact: '50',
      occurredAt: hubspotTime(6000),
      receivedAt: ourTime(6000),
      source: webhook,
      kind: 'merge',
      others: ['51'],
    }),
    deps,
  );
  await decideOne(told('51', 5000), deps);
  expect(replay(await ledger.read(survivor), registry).companies['museum']?.optOut?.at).toBe(5000);
});

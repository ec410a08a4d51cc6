import { asHubSpotTime, type OurTime } from '../src/clocks.ts';
import { appendDecided } from '../src/ledger/append-decided.ts';
import type { Draft } from '../src/ledger/chain.ts';
import { erasePerson } from '../src/ledger/erase-person.ts';
import { replay } from '../src/rules/evolve.ts';
import type { Connection } from './connect.ts';

/** Erases the personal data of contacts, and records that it was done. May be repeated. */
export async function erase(contacts: readonly string[], { ledger, registry, now }: Connection): Promise<void> {
  for (const contact of contacts) {
    const ref = { portal: registry.portal, contact };
    await appendDecided(ledger, ref, (entries) => {
      const isDone = entries.length === 0 || replay(entries, registry).erased === true;
      return { result: undefined, ...(!isDone && { draft: erasedOnRequest(now()) }) };
    });
    await erasePerson(ref, ledger);
  }
}

function erasedOnRequest(now: OurTime): Draft {
  return {
    recordedAt: now,
    body: {
      kind: 'decision',
      rule: 'R8',
      outcome: 'erased',
      reason: 'erased on request (Art. 17): the keyed hash of the address stays',
      source: { channel: 'operator' },
      occurredAt: asHubSpotTime(now),
      changes: [{ type: 'erased' }],
      converge: false,
    },
  };
}

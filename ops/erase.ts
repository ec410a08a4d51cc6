import { asHubSpotTime, type OurTime } from '../src/clocks.ts';
import { appendDecided } from '../src/ledger/append-decided.ts';
import type { Draft } from '../src/ledger/chain.ts';
import { erasePerson } from '../src/ledger/erase-person.ts';
import { replay } from '../src/rules/evolve.ts';
import type { Connection } from './connect.ts';

/** What stays after an erasure, and why; shown before anybody confirms. */
export const WHAT_STAYS = `Erased from the ledger: addresses, pages of forms.
Stays, because otherwise the "no" would be forgotten and the person mailed again (Art. 17(3)(e), Art. 21(3) GDPR):
the decisions with their times and the keyed hash of the address. HubSpot's own data is not touched: delete the contact there.
`;

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

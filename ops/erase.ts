import { asHubSpotTime, type OurTime } from '../src/clocks.ts';
import { appendDecided } from '../src/ledger/append-decided.ts';
import type { Draft } from '../src/ledger/chain.ts';
import { erasePerson } from '../src/ledger/erase-person.ts';
import type { ContactRef } from '../src/rules/entry.ts';
import { replay } from '../src/rules/evolve.ts';
import { holdingsOf } from '../src/rules/holdings.ts';
import type { Connection } from './connect.ts';
import type { Found } from './person.ts';

/**
 * Erases the personal data of contacts, and records that it was done. Of somebody who was asked for by address only what is about that
 * address is erased: a contact that no longer has it may be somebody else's. May be repeated.
 */
export async function erase({ contacts, address }: Found, { ledger, registry, now }: Connection): Promise<void> {
  for (const contact of contacts) {
    const ref = { portal: registry.portal, contact };
    if (address !== undefined && (await heldNow(ref, ledger)) !== address) {
      await ledger.erase(ref, new Set([address]));
      continue;
    }
    await appendDecided(ledger, ref, (entries) => {
      const isDone = entries.length === 0 || replay(entries, registry).erased === true;
      return { result: undefined, ...(!isDone && { draft: erasedOnRequest(now()) }) };
    });
    await erasePerson(ref, ledger, address === undefined ? 'record' : 'present address');
  }
}

async function heldNow(ref: ContactRef, ledger: Connection['ledger']): Promise<string | undefined> {
  return holdingsOf(await ledger.read(ref)).at(-1)?.hash;
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

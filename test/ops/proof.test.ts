import { describe, expect, test } from 'vitest';
import type { Connection } from '../../ops/connect.ts';
import { explain } from '../../ops/explain.ts';
import { csvOf, exportOf } from '../../ops/export.ts';
import type { ContactRecord } from '../../ops/person.ts';
import { speechOf } from '../../ops/texts/speech.ts';
import { ourTime } from '../../src/clocks.ts';
import { parseRegistry } from '../../src/registry/load.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import type { Proof } from '../../src/rules/state.ts';
import { registryText } from '../helpers/registry.ts';

/** Somebody who came back to the museum, with whatever the ledger keeps of the proof. */
function cameBack(proof?: Proof): ContactRecord {
  const back = { at: 200, form: 'form', ...(proof !== undefined && { proof }) };
  const body = {
    kind: 'decision',
    rule: 'R4',
    outcome: 'returned',
    reason: 'came back',
    occurredAt: 200,
    converge: true,
    changes: [{ type: 'return', company: 'museum', return: back }],
  };
  return {
    contact: '101',
    existsInHubSpot: true,
    companies: [
      {
        company: 'museum',
        name: 'Museum GmbH',
        standing: 'returned',
        since: '2026-01-05T00:00:00.000Z',
        ...(proof && { proof }),
      },
    ],
    controls: [],
    entries: [{ v: 1, portal: 1, contact: '101', seq: 1, recordedAt: 300, body } as unknown as LedgerEntry],
    chain: { holds: true },
  };
}
const registryFile = parseRegistry(registryText);
const list: Proof = { by: 'list', submission: 'aaaa', consentText: 'bbbb' };

describe('how a return was proved', () => {
  test.each<[Proof | undefined, string, string]>([
    [
      list,
      'proved: by HubSpot’s list of the form’s submissions; submission (hash) aaaa; consent text (hash) bbbb',
      'Nachweis: durch HubSpots Liste',
    ],
    [{ by: 'event' }, 'proved: by the workflow’s event alone', 'Nachweis: nur durch das Ereignis'],
    [
      { ...list, by: 'confirmation' },
      'by the owner’s confirmation (double opt-in); by HubSpot’s list',
      'durch die Bestätigung',
    ],
    [undefined, 'proved: recorded before proofs were kept', 'Nachweis: erfasst, bevor'],
  ])('%j is explained in words', (proof, english, german) => {
    expect(explain({ contacts: [cameBack(proof)] }, speechOf('en', registryFile))).toContain(english);
    expect(explain({ contacts: [cameBack(proof)] }, speechOf('de', registryFile))).toContain(german);
  });

  test('is exported, in the table and in the consent record', () => {
    const [, meanings, row] = csvOf([cameBack(list)], 'en').split('\r\n');
    expect(meanings).toContain('how a return was proved');
    expect(row).toContain('by HubSpot’s list of the form’s submissions; submission (hash) aaaa');
    const connection = { registry: { portal: 1 }, now: () => ourTime(0) } as unknown as Connection;
    const { records } = exportOf({ who: '101', language: 'en' }, { contacts: [cameBack(list)] }, connection);
    expect(records[0]?.event).toMatchObject({ event_type: 'given', proof: { by: 'list', submission: 'aaaa' } });
  });
});

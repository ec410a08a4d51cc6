import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readableSimulation, simulate } from '../../ops/simulate.ts';
import { speechOf } from '../../ops/texts/speech.ts';
import { loadRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';

const file = loadRegistry('registry/noeku.example.yaml');
const folder = mkdtempSync(join(tmpdir(), 'widerruf-test-'));

/** The summaries of contacts after events: contact, property and value, one a row. */
async function summaries(language: 'en' | 'de', ...rows: [contact: number, property: string, value: string][]) {
  const events = join(folder, 'events.csv');
  const lines = rows.map(([contact, property, value], i) => `${contact},${property},${value},2026-01-05T10:0${i}:00Z`);
  writeFileSync(events, `objectId,propertyName,propertyValue,occurredAt\n${lines.join('\n')}\n`);
  const told = readableSimulation(await simulate(events, arrangeRegistry(file)), speechOf(language, file));
  return told.split('\n').filter((line) => /^(contact|Kontakt) \d+: /.test(line));
}

test('a "no" to one brand or newsletter is named, and that nothing else is closed', async () => {
  expect(await summaries('en', [101, 'hs_email_optout_511', 'true'])).toEqual([
    'contact 101: own "no": Kunsthalle Krems: subscription type 511; nothing else is closed',
  ]);
  expect(await summaries('de', [101, 'hs_email_optout_511', 'true'])).toEqual([
    'Kontakt 101: eigene Abmeldung: Kunsthalle Krems: Abo-Typ 511; sonst wird nichts gesperrt',
  ]);
});

test('an opt-out of a company beside an own "no" tells both', async () => {
  expect(await summaries('en', [101, 'hs_email_optout_511', 'true'], [101, 'hs_email_optout_601', 'true'])).toEqual([
    expect.stringMatching(
      /^contact 101: opted out of Niederösterreichische Kulturszene Betriebs GmbH; own "no": Kunsthalle Krems: subscription type 511; \d+ controls closed$/,
    ),
  ]);
});

test('a "no" that was taken back stands no more', async () => {
  expect(await summaries('en', [101, 'hs_email_optout_511', 'true'], [101, 'hs_email_optout_511', 'false'])).toEqual([
    'contact 101: no "no" stands; nothing is closed',
  ]);
});

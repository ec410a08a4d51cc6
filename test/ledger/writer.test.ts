import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ourTime } from '../../src/clocks.ts';
import { findBreak, nextEntry } from '../../src/ledger/chain.ts';
import { VERSION } from '../../src/version.ts';

const draft = { recordedAt: ourTime(1), body: { kind: 'planned', before: {}, intended: {} } } as const;

test('the version that entries name is the package’s', () => {
  expect(VERSION).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version);
});

test('an entry names the version that wrote it, inside the chain; one without stays readable', () => {
  const entry = nextEntry({ portal: 1, contact: '2' }, undefined, draft);
  expect(entry.writer).toBe(VERSION);
  expect(findBreak([entry])).toBeUndefined();
  expect(findBreak([{ ...entry, writer: '9.9.9' }])).toEqual({ seq: 1, fault: 'its content was altered' });
  const { writer: _, ...unnamed } = entry;
  expect(findBreak([unnamed])).toEqual({ seq: 1, fault: 'its content was altered' });
  // As the version before wrote the same entry.
  const hash = 'cce5fc78b611fd19e6fbf861b9b9ad4ca9fa36cfb70c5be80277c5de8e9e80c3';
  expect(findBreak([{ ...unnamed, hash }])).toBeUndefined();
});

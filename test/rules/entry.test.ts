import { expect, test } from 'vitest';
import { LedgerEntrySchema } from '../../src/rules/entry.ts';

const entry = {
  v: 1,
  portal: 1,
  contact: '101',
  seq: 1,
  recordedAt: 1000,
  previous: '',
  hash: 'h',
  body: { kind: 'decision' },
};
const reads = (item: object) => LedgerEntrySchema.safeParse(item).success;

test('an entry that a later version wrote with more in it is read whole', () => {
  const more = { ...entry, writer: '9.9', body: { kind: 'newer', more: true } };
  expect(LedgerEntrySchema.parse(more)).toEqual(more);
});

test.each(Object.keys(entry))('what was read without %s is no entry', (field) => {
  const { [field]: _, ...rest } = entry as Record<string, unknown>;
  expect(reads(rest)).toBe(false);
});

test.each<[string, object]>([
  ['a body of no kind', { body: {} }],
  ['another format', { v: 2 }],
  ['a number before the first', { seq: 0 }],
])('what was read with %s is no entry', (_, wrong) => {
  expect(reads({ ...entry, ...wrong })).toBe(false);
});

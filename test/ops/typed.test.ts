import { describe, expect, test } from 'vitest';
import { isYes } from '../../ops/commands/ask.ts';
import { momentOf, readableTime } from '../../ops/texts/time.ts';

test.each([
  ['y', true],
  ['Yes', true],
  ['j', true],
  ['JA ', true],
  ['', false],
  ['n', false],
  ['nein', false],
  ['jein', false],
])('an erasure is agreed to by %j: %j', (answer, agreed) => {
  expect(isYes(answer)).toBe(agreed);
});

describe('times that people type, and read', () => {
  test.each([
    ['2026-03-01T11:00:00Z', '2026-03-01T11:00:00.000Z'],
    ['2026-03-01T12:00:00+01:00', '2026-03-01T11:00:00.000Z'],
    // Without a zone, the clock in Vienna: one hour before UTC in winter, two in summer.
    ['2026-03-01 12:00', '2026-03-01T11:00:00.000Z'],
    ['2026-07-01T12:00:30', '2026-07-01T10:00:30.000Z'],
    ['2026-03-01', '2026-02-28T23:00:00.000Z'],
    // The clock goes forward at two: what was typed after that is summer time.
    ['2026-03-29 03:00', '2026-03-29T01:00:00.000Z'],
  ])('%s', (typed, utc) => {
    expect(new Date(momentOf(typed) ?? 0).toISOString()).toBe(utc);
  });

  test('what is no date', () => {
    for (const typed of ['gestern', '', '2026-13-01']) expect(momentOf(typed), typed).toBeUndefined();
  });

  test('in German by the clock in Vienna, in English in UTC', () => {
    const ms = Date.UTC(2026, 6, 1, 10);
    expect(readableTime(ms, 'de')).toBe('01.07.2026, 12:00:00');
    expect(readableTime(ms, 'en')).toBe('2026-07-01T10:00:00.000Z');
  });
});

import { describe, expect, test } from 'vitest';
import { hashAddress, normaliseAddress } from '../src/address.ts';

describe('addresses are compared', () => {
  test.each([
    ['Anna@Example.AT', 'anna@example.at'],
    ['A@example.at', 'a@example.at'],
    ['  anna@example.at\t', 'anna@example.at'],
    ['anna@künstler.at', 'anna@xn--knstler-n2a.at'],
    ['anna@XN--KNSTLER-N2A.at', 'anna@xn--knstler-n2a.at'],
    ['\u0061\u0308nna@example.at', '\u00e4nna@example.at'],
  ])('%j as %j', (given, normalised) => {
    expect(normaliseAddress(given)).toBe(normalised);
  });

  test.each(['anna+news@example.at', 'an.na@example.at'])('%s is another address than anna@example.at', (other) => {
    expect(normaliseAddress(other)).toBe(other);
  });

  test.each([
    'anna@example.at/evil.com',
    'anna@example.at?x',
    'anna@example.at#x',
    'anna@example.at\\evil',
    'anna@ex%61mple.at',
    'anna@example.at:25',
    'anna@exam\tple.at',
    'anna@exam ple.at',
    'anna@example.at\u0000',
  ])('%j only looks like one', (given) => {
    expect(normaliseAddress(given)).toBeUndefined();
  });

  test.each(['', 'anna', '@example.at', 'anna@', null, undefined])('%j is none', (given) => {
    expect(normaliseAddress(given)).toBeUndefined();
  });
});

test('the hash needs the key and is not the address', () => {
  const hash = hashAddress('key', 'anna@example.at');
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(hashAddress('other', 'anna@example.at')).not.toBe(hash);
});

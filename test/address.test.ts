import { describe, expect, test } from 'vitest';
import { byAddress, distinctAddresses, hashAddress, normaliseAddress } from '../src/address.ts';

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

test('an address is called as it was given; of two spellings the first stays', () => {
  expect(distinctAddresses([' Anna@Künstler.at ', 'anna@xn--knstler-n2a.at', null, 'x', 'b@x.at'])).toEqual([
    'Anna@Künstler.at',
    'b@x.at',
  ]);
  expect(hashAddress('key', 'Anna@Künstler.at')).toBe(hashAddress('key', 'anna@xn--knstler-n2a.at'));
});

test('an answer is found by its exact spelling, else by the form in which addresses are compared', () => {
  const find = byAddress([
    ['anna@künstler.at', 1],
    ['anna@xn--knstler-n2a.at', 2],
    ['b@x.at', 3],
  ]);
  expect(['anna@künstler.at', 'anna@xn--knstler-n2a.at', 'B@X.at', 'c@x.at'].map(find)).toEqual([1, 2, 3, undefined]);
});

import { expect, test } from 'vitest';
import { speechOf } from '../../ops/texts/speech.ts';
import { parseRegistry } from '../../src/registry/load.ts';
import { registryText } from '../helpers/registry.ts';

const registry = parseRegistry(
  registryText.replaceAll(/\bgallery:/g, 'museum:').replaceAll('brand: gallery', 'brand: museum'),
);

test('where a company and a brand have one key, the text says which is meant', () => {
  const { museum } = registry.companies;
  expect(museum?.brands['museum']?.name).toBe('Gallery');
  const speech = speechOf('de', registry);
  expect(speech.reason('company opt-out; every brand of museum is closed')).toBe(
    `Widerruf der GesmbH; alle Marken von ${museum?.name} werden gesperrt`,
  );
  expect(speech.reason('a "no" to brand museum reaches nothing else of X')).toContain('Marke Gallery');
});

test('a reason that the catalogue does not know is told as it is stored, with names and times', () => {
  expect(speechOf('de', registry).reason('new: theatre at 2026-07-01T10:00:00.000Z')).toBe(
    `new: ${registry.companies['theatre']?.name} at 01.07.2026, 12:00:00`,
  );
});

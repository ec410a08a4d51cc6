import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { speechOf } from '../../ops/texts/speech.ts';
import { outputTexts } from '../../ops/texts/words.ts';
import { loadRegistry } from '../../src/registry/load.ts';
import { exampleRegistry, type TestStack } from '../helpers/local-stack.ts';
import { type PageOfStack, startPageOfStack } from '../helpers/page.ts';

let it: TestStack;
let page: Page;
let stop: PageOfStack['stop'] | undefined;
beforeAll(async () => {
  ({ it, page, stop } = await startPageOfStack());
  const { id } = it.twin.people.createContact({ email: 'anna@example.at' });
  await page.goto(`${it.stack.console}/#/people/${id}/act`);
});
afterAll(() => stop?.());

const button = (name: string) => page.getByRole('button', { name, exact: true });

test.each(['English', 'Deutsch'])('an employee sees no two buttons of one name: %s', async (language) => {
  await button(language).click();
  await page.getByLabel(language === 'English' ? 'an employee' : 'Mitarbeiter:in').check();
  // Closed parts of the panel, too.
  const names = (await page.locator('.panel button').allTextContents()).map((name) => name.trim());
  expect(names.length).toBeGreaterThan(8);
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  await button('English').click();
});

test('each control stands under the name that the operator’s tool gives it, and so does each queue', async () => {
  const file = loadRegistry(inject('registryFile'));
  for (const [language, speech] of [
    ['Deutsch', speechOf('de', file)],
    ['English', speechOf('en', file)],
  ] as const) {
    await button(language).click();
    await page.getByLabel(language === 'English' ? 'an employee' : 'Mitarbeiter:in').check();
    const options = await page.locator('.panel .act option').allInnerTexts();
    expect(options.slice(0, 3)).toEqual(
      [...exampleRegistry().controls.keys()].slice(0, 3).map((key) => speech.names.control(key)),
    );
    const queues = await page.locator('.queues dt').allInnerTexts();
    const called = Object.values(outputTexts[speech.language].queues).map((name) => name.toLowerCase());
    expect(queues.slice(0, 4).map((name) => name.toLowerCase())).toEqual(called);
  }
});

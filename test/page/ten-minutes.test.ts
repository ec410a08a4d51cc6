import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openControls, type TestStack } from '../helpers/local-stack.ts';
import { type PageOfStack, soon, startPageOfStack } from '../helpers/page.ts';

/** What a newcomer does from README.md alone, in its order and by its names: one person, from the start to the printed disclosure. */
const readme = readFileSync('README.md', 'utf8');
const [, path = ''] = /Open the address that stands under `console`[^\n]*\n([\s\S]*?)\nCtrl-C/.exec(readme) ?? [];
const named = [...path.matchAll(/_([^_]+)_/g)].map(([, name = '']) => name);
const COMPANY = 'kunstmeile-krems';

let it: TestStack;
let page: Page;
let trouble: string[];
let stop: PageOfStack['stop'] | undefined;
beforeAll(async () => {
  ({ it, page, trouble, stop } = await startPageOfStack());
  await page.goto(it.stack.console);
});
afterAll(() => stop?.());

const button = (name: string) => page.getByRole('button', { name, exact: true });
const row = () => page.locator('tbody tr', { hasText: 'anna@example.at' });
const journey = () => page.getByRole('region', { name: 'What becomes of it' });
const idOfAnna = () => it.twin.portal.byAddress('anna@example.at')[0]?.id ?? '';

/** How many cells of the company show that HubSpot holds "closed" and that the ledger wants it so. */
const closedOnThePage = () =>
  row()
    .getByRole('button', { name: /: HubSpot closed; the ledger wants closed; HubSpot holds it/ })
    .count();

describe('the ten minutes of README.md', () => {
  test('what README.md names is what the page shows', async () => {
    const texts = join(import.meta.dirname, '../../local/page/browser/texts.js');
    const { texts: all } = (await import(texts)) as { texts: Record<string, { en: string }> };
    const english = Object.values(all).map(({ en }) => en);
    expect(named.length).toBeGreaterThan(7);
    expect(named.filter((name) => !english.includes(name))).toEqual([]);
  });

  test('1. somebody is created, and their panel opens', async () => {
    await button('HubSpot and weather').click();
    await button('Create').click();
    await page.locator('.panel', { hasText: 'anna@example.at' }).waitFor();
    await row().waitFor();
    expect(await closedOnThePage()).toBe(0);
  });

  test('2. the person opts out of the company, and every brand is seen to close', async () => {
    await page.getByLabel('the person', { exact: true }).check();
    await button('Click its unsubscribe link').click();
    await journey().getByText('company opt-out; every brand of Kunstmeile Krems Betriebs GmbH is closed').waitFor();
    await soon(closedOnThePage).toBe(6);
    expect(openControls(it.twin, idOfAnna(), COMPANY)).toEqual([]);
    // Buyer mail goes on.
    expect(it.twin.portal.status('anna@example.at', 9001).status).toBe('SUBSCRIBED');
  });

  test('3. an employee opens it again: that is refused, with the reason, and closed again', async () => {
    await page.getByLabel('an employee', { exact: true }).check();
    await button('Open for this person').click();
    await journey()
      .getByText(/refused: the opt-out of Kunstmeile Krems Betriebs GmbH stands/)
      .waitFor();
    await soon(() => openControls(it.twin, idOfAnna(), COMPANY)).toEqual([]);
    await soon(closedOnThePage).toBe(6);
  });

  test('4. a click on a cell says why, and the disclosure can be printed', async () => {
    await it.settled();
    await row()
      .getByRole('button', { name: /^Kunsthalle Krems: / })
      .click();
    await page
      .locator('.panel .timeline')
      .getByText(/refused: the opt-out/)
      .waitFor();
    const opened = page.waitForEvent('popup');
    await page.getByRole('link', { name: 'What is stored about the person, to print (Art. 15 GDPR)' }).click();
    const disclosure = await opened;
    await disclosure.getByText('Disclosure under Art. 15 GDPR').waitFor();
    const told = await disclosure.locator('body').innerText();
    expect(told).toContain('anna@example.at');
    expect(told).toContain('opted out of the company');
    expect(told).toMatch(/R5\s+refused/);
    const printed = await disclosure.pdf({ format: 'A4' });
    expect(printed.subarray(0, 5).toString()).toBe('%PDF-');
    await disclosure.close();
  });

  test('4, in German: the Auskunft', async () => {
    await button('Deutsch').click();
    const opened = page.waitForEvent('popup');
    await page.getByRole('link', { name: /Auskunft/ }).click();
    const disclosure = await opened;
    await disclosure.getByText('Auskunft nach Art. 15 DSGVO').waitFor();
    expect(await disclosure.locator('body').innerText()).toContain('zurückgewiesen');
    await disclosure.close();
    expect(trouble).toEqual([]);
  });
});

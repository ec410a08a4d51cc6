import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, PHONE, seriousFindings } from '../helpers/browser.ts';
import type { TestStack } from '../helpers/local-stack.ts';
import { type PageOfStack, startPageOfStack } from '../helpers/page.ts';

let it: TestStack;
let page: Page;
let trouble: string[];
let stop: PageOfStack['stop'] | undefined;
beforeAll(async () => {
  ({ it, page, trouble, stop } = await startPageOfStack());
  await page.goto(it.stack.console);
});
afterAll(() => stop?.());

/** The cell of a person (by address) and a company or brand (by name), on the desktop. */
const cell = (email: string, name: string) =>
  page.locator('tbody tr', { hasText: email }).getByRole('button', { name: new RegExp(`^${name}: `) });

describe('the matrix', () => {
  test('an opt-out closes every brand before the reader’s eyes; buyer mail stays', async () => {
    await page.getByText('HubSpot knows nobody yet').waitFor();
    const email = 'anna@example.at';
    const { id } = it.twin.people.createContact({ email, statuses: { 511: 'SUBSCRIBED', 9001: 'SUBSCRIBED' } });
    await cell(email, 'Kunsthalle Krems').waitFor();
    expect(await cell(email, 'Kunsthalle Krems').innerText()).toContain('open');
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    for (const name of ['Kunstmeile Krems Betriebs GmbH', 'Kunsthalle Krems', 'Forum Frohner']) {
      const label = `${name}: HubSpot closed; the ledger wants closed; HubSpot holds it`;
      await page.getByRole('button', { name: label }).waitFor();
    }
    expect(await cell(email, 'donaufestival').innerText()).toContain('the ledger has no say');
    const row = page.locator('tbody tr', { hasText: email });
    expect(await row.locator('.protected').innerText()).toMatch(/KäuferInnen-E-Mails: subscribed/);
    expect(await page.locator('thead').innerText()).toContain('protected, never changed');
  });

  test('what the ledger wants and HubSpot does not hold yet is shown as under way', async () => {
    it.twin.behaviour.outage = 'answers 503';
    const { id } = it.twin.people.createContact({ email: 'late@example.at', statuses: { 511: 'SUBSCRIBED' } });
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    const label = 'Kunsthalle Krems: HubSpot open; the ledger wants closed; under way to HubSpot';
    await page.getByRole('button', { name: label }).waitFor();
    it.twin.behaviour.outage = false;
    await page.getByRole('button', { name: label }).waitFor({ state: 'detached' });
  });

  test('arrow keys move through the cells', async () => {
    const first = page.locator('[data-place="0,0"]');
    await first.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate('document.activeElement.dataset.place')).toBe('1,1');
    await page.keyboard.press('Home');
    expect(await page.evaluate('document.activeElement.dataset.place')).toBe('1,0');
    expect(await page.locator('.matrix [tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('.panel h2:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.panel').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.dataset.place')).toBe('1,1');
  });

  test('beside an open panel the whole row is seen: a sign in each cell, nothing cut off at 1400 px', async () => {
    const email = 'anna@example.at';
    await page.locator('tbody tr', { hasText: email }).locator('th button').click();
    await page.locator('.panel').waitFor();
    const width = 'const s = document.querySelector(".scroll"); [s.scrollWidth, s.clientWidth]';
    const [needed = 0, there = 0] = (await page.evaluate(width)) as number[];
    expect(needed).toBeLessThanOrEqual(there);
    const shown = page.locator('tbody tr', { hasText: email }).locator('td .held');
    const signs = await shown.evaluateAll((all) =>
      all.map((one) => (one as unknown as { innerText: string }).innerText.trim()),
    );
    expect(signs.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => '■'));
    expect(signs.every((sign) => /^[■○–◐?]$/.test(sign))).toBe(true);
    // Whoever listens or points still has the sentence.
    expect(await cell(email, 'Kunsthalle Krems').getAttribute('title')).toContain('HubSpot closed');
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.panel').waitFor({ state: 'detached' });
  });

  test('the cell that was clicked stays in sight where the panel takes its room', async () => {
    await page.setViewportSize({ width: 1050, height: 900 });
    await cell('anna@example.at', 'Tonkünstler-Orchester Niederösterreich').click();
    await page.locator('.panel').waitFor();
    const clicked = await page
      .locator('tr[aria-selected="true"] [data-column$="tonkuenstler-orchester"]')
      .boundingBox();
    const frame = await page.locator('.scroll').boundingBox();
    expect(clicked?.x).toBeGreaterThanOrEqual(frame?.x ?? Number.POSITIVE_INFINITY);
    expect((clicked?.x ?? 0) + (clicked?.width ?? 0)).toBeLessThanOrEqual((frame?.x ?? 0) + (frame?.width ?? 0));
    await page.keyboard.press('Escape');
    await page.setViewportSize(DESKTOP);
  });

  test('thousands are found by words, a page at a time', async () => {
    // Nobody needs to hear of them: their webhooks would keep the machine busy.
    it.twin.behaviour.lost = 1;
    for (let i = 0; i < 3000; i++) it.twin.people.createContact({ email: `crowd-${i}@example.at` });
    await it.twin.sender.idle();
    it.twin.behaviour.lost = 0;
    await page.getByText('3002 people').waitFor();
    expect(await page.locator('.matrix tbody tr').count()).toBe(25);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('page 2 of 121').waitFor();
    await page.getByLabel('Search').fill('CROWD-2999@');
    await page.getByText('1 person').waitFor();
    expect(await page.locator('.matrix tbody tr').innerText()).toContain('crowd-2999@example.at');
    await page.getByLabel('Search').fill('');
  });
});

describe('for everybody', () => {
  test('German, kept over a reload', async () => {
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.getByText('KäuferInnen-E-Mails').first().waitFor();
    await page.reload();
    await page.getByRole('columnheader', { name: 'GesmbH' }).first().waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('de');
    // Every row is alike: axe looks at one.
    await page.getByLabel('Suche').fill('anna@example.at');
    await page.getByText('1 Person', { exact: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'English' }).click();
  });

  test('a phone shows everything without scrolling sideways', async () => {
    await page.setViewportSize(PHONE);
    await page.locator('.cards').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
    expect(await seriousFindings(page)).toEqual([]);
    await page.setViewportSize(DESKTOP);
  });

  test('no error of a script, no refused request, nothing from another host', () => {
    expect(trouble.filter((line) => !line.includes('503'))).toEqual([]);
  });
});

describe('only this machine may look and act', () => {
  test.each([
    ['a foreign host', { host: 'evil.example' }, 'GET'],
    ['a foreign site that posts', { origin: 'https://evil.example', 'content-type': 'application/json' }, 'POST'],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'POST'],
  ])('%s is refused', async (_, headers, method) => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      const asked = request(`${it.stack.console}/people`, { method, headers }, (answer) => resolve(answer.statusCode));
      asked.once('error', reject).end();
    });
    expect(status).toBe(403);
  });
});

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
  const { id } = it.twin.people.createContact({ email: 'anna@example.at' });
  it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  await it.settled();
  await fetch(it.stack.webhooks, { method: 'POST', body: '[]' });
  await page.goto(`${it.stack.console}/#/dashboard`);
});
afterAll(() => stop?.());

const widget = (title: string) => page.locator('.widget', { hasText: title });

describe('the dashboard as synthesized', () => {
  test('each widget of the template has its place, in the template’s order', async () => {
    await page.locator('.widget').first().waitFor();
    const titles = it.stack.cloud.dashboards.flatMap((body) =>
      (JSON.parse(body) as { widgets: { properties: { title: string } }[] }).widgets.map(
        ({ properties }) => properties.title,
      ),
    );
    expect(titles.length).toBeGreaterThan(20);
    expect(await page.locator('.widget h3').allInnerTexts()).toEqual(titles);
  });

  test('is drawn from what the handlers emitted: a decision shows by its rule, with ink on the chart', async () => {
    const decided = widget('Decisions, by rule');
    await decided.getByText('decide R1 opted-out').waitFor();
    expect(await decided.locator('li', { hasText: 'decide R1 opted-out' }).innerText()).toMatch(/: 1$/);
    const inked = await page.evaluate<boolean>(`(() => {
      const figure = [...document.querySelectorAll('.widget')].find((one) => one.textContent.includes('Decisions, by rule'));
      const canvas = figure.querySelector('canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < data.length; i += 4) if (data[i] === 31 && data[i + 1] === 58 && data[i + 2] === 95) return true;
      return false;
    })()`);
    expect(inked, 'a line in the first colour').toBe(true);
  });

  test('counts go on by themselves', async () => {
    const { id } = it.twin.people.createContact({ email: 'bela@example.at' });
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 511 });
    await widget('Decisions, by rule').getByText('decide R2 stays-at-its-level').waitFor();
  });

  test('what only AWS measures is said so', async () => {
    expect(await widget('Ledger: throttled requests').innerText()).toContain('AWS itself measures this');
  });
});

describe('alarms', () => {
  test('each has its state, and a link to its section of the runbook', async () => {
    const items = page.locator('.alarms li');
    expect(await items.count()).toBe(it.stack.cloud.alarms.length);
    const refused = items.filter({ hasText: 'widerruf-test-refused-signatures' });
    expect(await refused.innerText()).toMatch(/OK|ALARM/);
    const targets = await page
      .locator('.alarms a')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
    const runbook = await (await fetch(`${it.stack.console}/runbook`)).text();
    expect(targets.length).toBeGreaterThan(10);
    for (const target of targets) expect(runbook).toContain(`<section id="${target.split('#')[1]}">`);
  });

  test('in German each has a German name and says in German what it means, as have the widgets', async () => {
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.getByText('Sofort handeln: Eine Entscheidung steht nach 15 Minuten noch nicht in HubSpot.').waitFor();
    const alarms = await page
      .locator('.alarms li')
      .evaluateAll((all) =>
        all.map((one) => (one as unknown as { innerText: string }).innerText.replaceAll(/widerruf-\S+/g, '')),
      );
    expect(alarms.length).toBe(it.stack.cloud.alarms.length);
    const english = /\b(the|of|is|are|and|with|for|no|by|which|Act now|Look tomorrow)\b/;
    expect(alarms.filter((text) => english.test(text))).toEqual([]);
    expect(await page.getByRole('heading', { name: 'Alarme', exact: true }).count()).toBe(1);
    await widget('Ist ein Widerruf noch nicht in HubSpot?').waitFor();
    const titles = await page.locator('.widget h3').allInnerTexts();
    expect(titles.filter((title) => english.test(title))).toEqual([]);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('Act now: A decision is not in HubSpot after 15 minutes.').waitFor();
  });

  test('the link opens the runbook', async () => {
    const opened = page.waitForEvent('popup');
    await page.locator('.alarms a').first().click();
    const runbook = await opened;
    await runbook.locator('section:target').waitFor();
    await runbook.close();
  });
});

test.each([
  ['English', DESKTOP],
  ['Deutsch', DESKTOP],
  ['English', PHONE],
  ['Deutsch', PHONE],
])('nothing serious for axe, no error: %s, %o', async (language, viewport) => {
  await page.setViewportSize(viewport);
  await page.getByRole('button', { name: language }).click();
  await page.getByRole('heading', { name: language === 'Deutsch' ? /^Alarme/ : /^Alarms/ }).waitFor();
  await page.locator('.widget canvas').first().waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
  expect(await seriousFindings(page)).toEqual([]);
  expect(trouble).toEqual([]);
});

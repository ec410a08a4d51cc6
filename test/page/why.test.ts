import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, PHONE, seriousFindings } from '../helpers/browser.ts';
import type { TestStack } from '../helpers/local-stack.ts';
import { type PageOfStack, startPageOfStack } from '../helpers/page.ts';

let it: TestStack;
let page: Page;
let trouble: string[];
let stop: PageOfStack['stop'] | undefined;
let id: string;
beforeAll(async () => {
  ({ it, page, trouble, stop } = await startPageOfStack({ timezoneId: 'Europe/Vienna' }));
  const { people } = it.twin;
  id = people.createContact({ email: 'anna@example.at', statuses: { 511: 'SUBSCRIBED', 611: 'SUBSCRIBED' } }).id;
  people.unsubscribeByLink({ contact: id, subscription: 501 });
  await it.settled();
  people.subscribeByEmployee({ contact: id, subscription: 511 });
  people.unsubscribeByLink({ contact: id, subscription: 611 });
  await it.settled();
  people.submitForm({ contact: id, form: '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80501' });
  await it.settled();
  await page.goto(it.stack.console);
});
afterAll(() => stop?.());

const panel = () => page.locator('.panel');
const open = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}: HubSpot`) }).click();

describe('a click on a cell says why', () => {
  test('the timeline has rule, reason, who and when, and what HubSpot held before and after', async () => {
    await open('Kunsthalle Krems');
    await panel().getByText('company opt-out; every brand of Kunstmeile Krems Betriebs GmbH is closed').waitFor();
    const timeline = await panel().locator('.timeline').innerText();
    expect(timeline).toMatch(/R1\s+opted out/);
    expect(timeline).toMatch(/R5\s+refused/);
    expect(timeline).toContain('[told by HubSpot, e-mail subscription (EMAIL), HubSpot user 7]');
    expect(timeline).toContain('Kunsthalle Krems: subscription type 511: subscribed → unsubscribed');
    expect(timeline, 'only of this company').not.toContain('R2');
    expect(await panel().locator('table').innerText()).toMatch(/Kunsthalle Krems: block of the brand\s+closed/);
  });

  test('what waits for the person, and until when', async () => {
    const [waiting] = await it.decisions(id).then((all) => all.filter(({ rule }) => rule === 'R7'));
    const change = waiting?.changes.find(({ type }) => type === 'awaiting');
    const until = change?.type === 'awaiting' ? Number(change.awaiting.until) : 0;
    const inVienna = { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'Europe/Vienna' } as const;
    const shown = new Intl.DateTimeFormat('en-GB', inVienna).format(until);
    const waits = await panel().locator('.waits').innerText();
    expect(waits).toContain('waits for the owner to confirm');
    expect(waits).toContain(`waits until ${shown}`);
  });

  test('the timeline of all companies, or of another cell', async () => {
    await panel().getByLabel('of all companies').check();
    await panel().getByText('"no" to one brand or newsletter').waitFor();
    await panel().getByLabel('of all companies').uncheck();
    await open('Festspielhaus St. Pölten');
    await panel().getByRole('heading', { name: 'Festspielhaus St. Pölten' }).waitFor();
    expect(await panel().locator('.timeline').innerText()).toMatch(/R2\s+"no" to one brand or newsletter/);
  });

  test('new entries appear by themselves', async () => {
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 601 });
    await panel()
      .locator('.timeline')
      .getByText('every brand of Niederösterreichische Kulturszene Betriebs GmbH is closed')
      .waitFor();
  });

  test('looking costs the twin no call: a throttled HubSpot belongs to the workers', async () => {
    await it.settled();
    const before = it.twin.calls.length;
    await page.reload();
    await panel().locator('table').getByText('closed').first().waitFor();
    expect(it.twin.calls.length).toBe(before);
  });

  test('in German, without serious findings', async () => {
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await panel().getByRole('heading', { name: 'Verlauf' }).waitFor();
    await panel()
      .getByText('alle Marken von Niederösterreichische Kulturszene Betriebs GmbH werden gesperrt')
      .waitFor();
    const opened = page.waitForEvent('popup');
    await panel().getByRole('link', { name: 'Auskunft zum Drucken' }).click();
    const disclosure = await opened;
    await disclosure.getByText('anna@example.at').first().waitFor();
    expect(await disclosure.locator('body').innerText()).toContain('Kunstmeile Krems Betriebs GmbH');
    await disclosure.close();
    await page.getByRole('button', { name: 'English' }).click();
    await panel().getByRole('heading', { name: 'Timeline' }).waitFor();
  });

  test.each([
    ['English', DESKTOP],
    ['Deutsch', DESKTOP],
    ['English', PHONE],
    ['Deutsch', PHONE],
  ])('axe finds nothing serious: %s, %o', async (language, viewport) => {
    await page.setViewportSize(viewport);
    await page.getByRole('button', { name: language }).click();
    await panel()
      .getByRole('heading', { name: language === 'English' ? 'Timeline' : 'Verlauf' })
      .waitFor();
    await panel().locator('.timeline li').first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
    expect(trouble).toEqual([]);
  });
});

describe('a merge', () => {
  test('the open panel goes along to the record that came out, and says so', async () => {
    await page.setViewportSize(DESKTOP);
    await page.goto(`${it.stack.console}/?lang=en#/people/${id}/why`);
    await panel().getByText('company opt-out').first().waitFor();
    const { id: other } = it.twin.people.createContact({ email: 'anna.two@example.at' });
    await it.settled();
    it.twin.people.mergeContacts({ primary: other, other: id });
    const result = it.twin.portal.contact(id)?.id ?? '';
    expect(result).not.toBe(id);
    await page.waitForURL(new RegExp(`#/people/${result}/why`));
    await panel().getByText(`Record ${id} became part of this one by a merge.`).waitFor();
    await panel().locator('.timeline').getByText('the strictest of all wins').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  test('a record that was merged away is shown when asked for, and leads to the one that came out', async () => {
    await page.goto(`${it.stack.console}/?lang=en#/people/${id}/why`);
    await panel().locator('.timeline').getByText('where its history goes on').waitFor();
    const result = it.twin.portal.contact(id)?.id ?? '';
    await panel()
      .getByRole('button', { name: `Go to record ${result}` })
      .click();
    await page.waitForURL(new RegExp(`#/people/${result}/why`));
    expect(trouble).toEqual([]);
  });
});

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, PHONE, seriousFindings } from '../helpers/browser.ts';
import { openControls, type TestStack } from '../helpers/local-stack.ts';
import { type PageOfStack, soon, startPageOfStack } from '../helpers/page.ts';

const COMPANY = 'kunstmeile-krems';
let it: TestStack;
let page: Page;
let trouble: string[];
let stop: PageOfStack['stop'] | undefined;
beforeAll(async () => {
  ({ it, page, trouble, stop } = await startPageOfStack());
});
afterAll(() => stop?.());

const button = (name: string) => page.getByRole('button', { name, exact: true });
const journey = () => page.getByRole('region', { name: 'What becomes of it' });
const status = () => page.locator('.panel').getByRole('status');

/** Makes somebody new on the page, who gets everything, and opens their panel. Returns the id. */
async function newPerson(email: string): Promise<string> {
  await page.goto(`${it.stack.console}/#/hubspot`);
  await page.getByLabel('Address').fill(email);
  await button('Create').click();
  await page.waitForURL(/#\/people\/\d+\/act/);
  return /people\/(\d+)/.exec(page.url())?.[1] ?? '';
}
async function optOutOfCompany(id: string): Promise<void> {
  await page.getByLabel('A mail of').selectOption('501');
  await button('Click its unsubscribe link').click();
  await soon(() => openControls(it.twin, id, COMPANY)).toEqual([]);
}

describe('the person', () => {
  test('opts out by link: the fan-out is seen travelling, with its rule and times', async () => {
    const id = await newPerson('anna@example.at');
    await optOutOfCompany(id);
    await journey().getByText('company opt-out; every brand of Kunstmeile Krems Betriebs GmbH is closed').waitFor();
    await journey()
      .getByText(/HubSpot answered 200/)
      .first()
      .waitFor();
    await journey()
      .getByText(/changes by Widerruf: \d+/)
      .first()
      .waitFor();
    const stations = await journey().locator('.step strong').allInnerTexts();
    const order = ['HubSpot', 'webhook', 'queue', 'decision', 'to converge', 'convergence', 'in HubSpot'];
    const seen = stations.toReversed().filter((one, i, all) => order.includes(one) && all.indexOf(one) === i);
    expect(seen.filter((one) => order.includes(one)).toSorted()).toEqual(order.toSorted());
    expect(seen.indexOf('decision')).toBeLessThan(seen.indexOf('in HubSpot'));
    expect(await journey().locator('.way .passed').count()).toBe(order.length);
    expect(it.twin.portal.status('anna@example.at', 9001).status).toBe('SUBSCRIBED');
  });

  test('comes back by form; with double opt-in only after the confirmation', async () => {
    const id = await newPerson('back@example.at');
    await optOutOfCompany(id);
    await page.getByLabel('Form').selectOption('0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80501');
    await button('Submit the form').click();
    await journey().getByText('waits for the confirmation').waitFor();
    expect(openControls(it.twin, id, COMPANY)).toEqual([]);
    await button('Click the confirmation').click();
    await journey().getByText('the owner confirmed the form submission').waitFor();
    await soon(() => it.twin.portal.status('back@example.at', 501).status).toBe('SUBSCRIBED');
  });

  test('changes several types at once on the preference page', async () => {
    const id = await newPerson('prefers@example.at');
    await page.getByText('Preference page').click();
    const preferences = page.locator('details', { hasText: 'Preference page' });
    await preferences.getByLabel('Kunsthalle Krems: subscription type 511').selectOption('off');
    await preferences.getByLabel('donaufestival: subscription type 711').selectOption('off');
    await button('Save').click();
    await journey().getByText('"no" to one brand or newsletter').first().waitFor();
    expect(it.twin.portal.status('prefers@example.at', 711).status).toBe('UNSUBSCRIBED');
    expect(openControls(it.twin, id, COMPANY).length).toBeGreaterThan(3);
  });
});

describe('an employee', () => {
  test('cannot reopen what the person closed: it is refused and closed again', async () => {
    const id = await newPerson('refused@example.at');
    await optOutOfCompany(id);
    await page.getByLabel('an employee').check();
    await page.getByLabel('Control').selectOption('property:dsgvo_sperre_kunsthalle_krems');
    await button('Open for this person').click();
    await journey().getByText('refused').waitFor();
    await soon(() => openControls(it.twin, id, COMPANY)).toEqual([]);
  });

  test('imports a list, and edits many at once', async () => {
    const id = await newPerson('many@example.at');
    await page.getByLabel('an employee').check();
    await page.getByLabel('Control').selectOption('subscription:501');
    await page.getByText('Import a list').click();
    await page.getByLabel('Addresses, one a line').fill('many@example.at\nimported@example.at');
    await button('Import as closed').click();
    await soon(() => openControls(it.twin, id, COMPANY)).toEqual([]);
    const [other] = it.twin.portal.byAddress('imported@example.at');
    await page.getByText('Bulk edit').click();
    await page.getByLabel('Control').selectOption('subscription:601');
    await page.getByLabel('Numbers of the people').fill(`${id}, ${other?.id}`);
    await button('Close for all').click();
    await soon(() => openControls(it.twin, other?.id ?? '', 'noe-kulturszene')).toEqual([]);
  });
});

describe('the portal', () => {
  test('rename, merge, delete, restore, delete for privacy; what HubSpot refuses is said', async () => {
    const id = await newPerson('old@example.at');
    await page.getByLabel('the portal').check();
    await page.getByLabel('New address').fill('new@example.at');
    await button('Change the address').click();
    await soon(() => it.twin.portal.byAddress('new@example.at').length).toBe(1);
    await page.getByLabel('Number of the other record').fill('99999');
    await button('Merge into this one').click();
    await soon(() => status().innerText()).toBe('the portal has no contact 99999');
    await button('Delete').click();
    await page.locator('.panel .tag', { hasText: 'deleted' }).waitFor();
    await button('Restore').click();
    await page.locator('.panel-head .tag').waitFor({ state: 'detached' });
    const { id: other } = it.twin.people.createContact({ email: 'other@example.at' });
    await page.getByLabel('Number of the other record').fill(other);
    await button('Merge into this one').click();
    // A merge makes a record of its own, to which both old numbers lead.
    await soon(() => it.twin.portal.contact(other)?.id).not.toBe(other);
    expect(it.twin.portal.contact(id)?.id).toBe(it.twin.portal.contact(other)?.id);
    const erased = await newPerson('erased@example.at');
    await page.getByLabel('the portal').check();
    await button('Delete for privacy').click();
    await page.locator('.panel .tag', { hasText: 'deleted for privacy' }).waitFor();
    expect(it.twin.portal.contact(erased)).toBeUndefined();
  });
});

describe('the weather', () => {
  test.each([
    ['HubSpot', 'answers 503', { outage: 'answers 503' }],
    ['HubSpot', 'no', { outage: false }],
    ['refuses to write the property', 'dsgvo_sperre_klangkunst', {}],
    ['refuses to write the property', '', { itemError: undefined }],
  ])('%s: %s', async (label, value, expected) => {
    await page.goto(`${it.stack.console}/#/hubspot`);
    await page.getByLabel(label).selectOption(value);
    await soon(() => it.twin.behaviour).toMatchObject(expected);
    if (value.startsWith('dsgvo')) {
      await soon(() => it.twin.behaviour.itemError?.({ properties: { [value]: 'true' } })).toBe('VALIDATION_ERROR');
    }
  });

  test.each([
    ['takes two calls in ten seconds, else 429', { limitPer10Seconds: 2 }, { limitPer10Seconds: 190 }],
    ['is slow: three seconds a call', { delayMs: 3000 }, { delayMs: 0 }],
    ['sends each webhook twice', { duplicates: 1 }, { duplicates: 0 }],
    ['loses every webhook', { lost: 1 }, { lost: 0 }],
    ['holds webhooks back until this is off', { hold: true }, { hold: false }],
  ])('%s', async (label, on, off) => {
    await page.getByLabel(label).check();
    await page.locator('.queues').getByText(label).waitFor();
    await soon(() => it.twin.behaviour).toMatchObject(on);
    await page.getByLabel(label).uncheck();
    await soon(() => it.twin.behaviour).toMatchObject(off);
  });

  test.each(['functions crash', 'functions throttled', 'none'])('AWS Lambda: %s', async (value) => {
    await page.goto(`${it.stack.console}/#/hubspot`);
    await page.getByLabel('AWS Lambda').selectOption(value);
    await soon(() => it.stack.cloud.trouble.now).toBe(value);
    if (value !== 'none') await page.locator('.queues').getByText('AWS Lambda').waitFor();
  });

  test('an opt-out whose webhook was lost is found by the audit', async () => {
    const id = await newPerson('unheard@example.at');
    await it.settled();
    it.twin.behaviour.lost = 1;
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await it.twin.sender.idle();
    it.twin.behaviour.lost = 0;
    await page.goto(`${it.stack.console}/#/hubspot`);
    const night = page.locator('.box', { hasText: 'The night' });
    await button('Run the audit now').click();
    await night.getByText('The audit is running').waitFor();
    await soon(() => openControls(it.twin, id, COMPANY)).toEqual([]);
    // What an audit does is no act in HubSpot: its result is said.
    await night
      .getByText(/^The audit ran \(.+\)\. Contacts looked at: \d+\. Findings: \d+, repaired by Widerruf: 1\.$/)
      .waitFor();
    expect(await night.locator('li').allInnerTexts()).toContain('opt-out-unheard: 1');
    expect(await night.innerText()).not.toContain('Done in HubSpot');
    await button('Deutsch').click();
    await page.getByText(/^Der Prüflauf ist gelaufen \(.+von Widerruf berichtigt: 1\.$/).waitFor();
    await page.getByText('Widerruf, den kein Webhook gemeldet hat: 1').waitFor();
    await button('English').click();
  });
});

test('a mistake in a request is said, and nothing happens', async () => {
  const post = async (body: unknown) => {
    const answer = await fetch(`${it.stack.console}/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, error: ((await answer.json()) as { error: string }).error };
  };
  expect(await post({ act: 'rename', contact: '101', email: 'nobody' })).toMatchObject({
    status: 400,
    error: expect.stringContaining('use an e-mail address'),
  });
  expect((await post({ act: 'sendEvents' })).status).toBe(400);
  expect((await post({ act: 'delete', contact: '99999' })).status).toBe(409);
});

test('axe finds nothing serious in panel and weather, on the desktop and on a phone', async () => {
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    for (const route of ['hubspot', 'people/102/act']) {
      await page.goto(`${it.stack.console}/#/${route}`);
      await page.locator('main button').first().waitFor();
      expect(await seriousFindings(page), route).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
    }
  }
  expect(trouble.filter((line) => !line.includes('409'))).toEqual([]);
});

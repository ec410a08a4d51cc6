import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shortRegistry } from '../../local/demo/short-registry.ts';
import type { Twin } from '../../local/hubspot/twin.ts';
import { settled } from '../../local/settled.ts';
import { startLocalStack } from '../../local/stack.ts';
import { startBrowser } from '../helpers/browser.ts';

/** Plays a few opt-outs, returns and refusals on the local stack and takes the pictures of README.md and of docs/fachleitfaden.md. */
const COMPANY = 501;
const FORM_WITH_DOUBLE_OPT_IN = '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80601';
const FORM = '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80503';

const dataDir = mkdtempSync(join(tmpdir(), 'widerruf-pictures-'));
const [stack, browser] = await Promise.all([
  startLocalStack({ registryFile: shortRegistry(dataDir), dataDir, port: 0 }),
  startBrowser(),
]);
try {
  await play(stack.console, stack.twin as Twin);
  const page = await browser.newPage({ viewport: { width: 1500, height: 900 }, locale: 'en-GB' });
  await page.goto(`${stack.console}/#/people/103/act`);
  await page.locator('.journey').getByText('refused').waitFor();
  await page.evaluate(
    `document.querySelector('.panel').scrollTop = document.querySelector('.journey').offsetTop - 110`,
  );
  await page.screenshot({ path: 'docs/page-people.png' });
  await page.goto(`${stack.console}/#/dashboard`);
  await page.locator('.widget canvas').first().waitFor();
  await page.getByRole('heading', { name: 'CloudWatch dashboard' }).evaluate((heading) => heading.scrollIntoView());
  await page.screenshot({ path: 'docs/page-dashboard.png' });
  const german = await browser.newPage({ viewport: { width: 1500, height: 900 }, locale: 'de-AT' });
  await german.goto(`${stack.console}/#/people/103/why`);
  await german.locator('.panel').waitFor();
  await german.getByText('zurückgewiesen').first().waitFor();
  await german.screenshot({ path: 'docs/page-warum.png' });
} finally {
  await browser.close();
  await stack.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function play(page: string, twin: Twin): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const act = async (one: object) => {
    await fetch(`${page}/act`, { method: 'POST', headers, body: JSON.stringify(one) });
    await settled(stack, twin);
  };
  await act({ act: 'crowd', count: 12 });
  await act({ act: 'unsubscribe-from-all', contact: '106' });
  await act({ act: 'unsubscribe', contact: '108', subscription: 511 });
  await act({ act: 'unsubscribe', contact: '110', subscription: 601 });
  await act({ act: 'form', contact: '110', form: FORM_WITH_DOUBLE_OPT_IN });
  await act({ act: 'unsubscribe', contact: '111', subscription: COMPANY });
  await act({ act: 'form', contact: '111', form: FORM });
  // A stranger at the door.
  await fetch(stack.webhooks, { method: 'POST', body: '[]' });
  await act({ act: 'unsubscribe', contact: '103', subscription: COMPANY });
  await act({ act: 'employee', contacts: ['103'], control: 'subscription:511', to: 'open' });
}

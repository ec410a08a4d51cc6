import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { DESKTOP, startBrowser, troubleOf } from './browser.ts';
import { startTestStack, type TestStack } from './local-stack.ts';

/** A local stack, and a browser with a window for the stack's page; `trouble`: what went wrong there without anybody seeing it. */
export type PageOfStack = {
  it: TestStack;
  page: Page;
  trouble: string[];
  stop(): Promise<void>;
};

/** Starts both; the page is still to be opened. */
export async function startPageOfStack(context: BrowserContextOptions = {}): Promise<PageOfStack> {
  const [it, browser] = await Promise.all([startTestStack(), startBrowser()]);
  const page = await browser.newPage({ viewport: DESKTOP, locale: 'en-GB', ...context });
  page.setDefaultTimeout(120_000);
  return {
    it,
    page,
    trouble: troubleOf(page, it.stack.console),
    async stop() {
      await browser.close();
      await it.stop();
    },
  };
}

/** Browser and system work on their own: what must come to be is waited for. */
export const soon = <T>(look: () => T) => expect.poll(look, { timeout: 120_000 });

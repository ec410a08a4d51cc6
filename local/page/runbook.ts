import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { marked } from 'marked';

const FILE = join(import.meta.dirname, '..', '..', 'docs', 'runbook.md');

/** The runbook as a page, each section found by its heading's anchor, as in the alarms' links. */
export async function runbookPage(): Promise<string> {
  const [preface = '', ...sections] = (await readFile(FILE, 'utf8')).split(/^## /m);
  const parts = await Promise.all(sections.map(sectionOf));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Widerruf: runbook</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/app/style.css"></head><body><main>${await marked.parse(preface)}${parts.join('')}</main></body></html>`;
}

async function sectionOf(section: string): Promise<string> {
  const heading = section.slice(0, section.indexOf('\n'));
  const anchor = heading
    .trim()
    .toLowerCase()
    .replaceAll(' ', '-')
    .replace(/[^a-z0-9-]/g, '');
  return `<section id="${anchor}">${await marked.parse(`## ${section}`)}</section>`;
}

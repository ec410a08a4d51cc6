import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createProgram, languageOf } from '../../ops/program.ts';
import { planTexts } from '../../ops/texts/plan.ts';
import { usageIn } from '../../ops/texts/usage.ts';
import { doctorTexts, helpTexts, outputTexts, storyTexts, texts } from '../../ops/texts/words.ts';
import { FINDINGS } from '../../src/rules/drift.ts';
import { COVERAGE } from '../../src/workers/audit/coverage.ts';
import { startTestStack, type TestStack } from '../helpers/local-stack.ts';
import { widerrufOn } from '../helpers/widerruf.ts';

/** Words that stand in English sentences and in no German one. */
const ENGLISH = /\b(the|of|is|are|and|with|not|no|by|if|which|what|from|this)\b/i;
/** HubSpot's, AWS's and our own names, paths and commands, in which such words may stand. */
const NAMES = /`[^`]*`|"[^"]*"|„[^“]*“|\S*[./_=:<>]\S*|--\S+|\(no-reply\)/g;

/** Lines that speak English: they are the same in both languages though they are sentences, or have words that no German one has. */
function englishIn(german: string, english: string): string[] {
  const same = new Set(english.split('\n'));
  const isSentence = (line: string) => /(?:\b[a-zäöüß]{2,}\b[ ,:;]+){3}/.test(line.replaceAll(NAMES, ''));
  return german
    .split('\n')
    .filter((line) => !/^ +(widerruf|HUBSPOT_ACCESS_TOKEN=…) /.test(line))
    .filter((line) => ENGLISH.test(line.replaceAll(NAMES, '')) || (same.has(line) && isSentence(line)));
}

/** Stands for every part that a text takes. */
const TIME = '2026-01-05T10:00:00Z';

/** All texts of a catalogue by their path; a text with parts is given names of these parts. */
function told(catalogue: object, path = ''): [string, string][] {
  return Object.entries(catalogue).flatMap(([key, value]): [string, string][] => {
    if (typeof value === 'string') return [[`${path}${key}`, value]];
    if (typeof value === 'function') return [[`${path}${key}`, String(value(TIME, TIME, TIME))]];
    return told(value as object, `${path}${key}.`);
  });
}

const catalogues = { texts, doctorTexts, outputTexts, helpTexts, storyTexts, planTexts };

describe.each(Object.entries(catalogues))('the catalogue %s', (_, { en, de }) => {
  test('has the same keys in both languages', () => {
    expect(told(de).map(([key]) => key)).toEqual(told(en).map(([key]) => key));
    expect(told(en).length).toBeGreaterThan(5);
  });

  test('speaks German in German', () => {
    const english = new Map(told(en));
    const found = told(de).filter(([key, text]) => englishIn(text, english.get(key) ?? '').length > 0);
    expect(found).toEqual([]);
  });
});

test('every kind of finding has its German', () => {
  const { kind } = outputTexts.de.report;
  expect([...FINDINGS, ...COVERAGE].filter((one) => kind(one) === one)).toEqual([]);
});

function helpOf(language: 'en' | 'de', path: readonly string[]): string {
  const program = createProgram(language);
  const lines: string[] = [];
  const all = [program, ...program.commands.flatMap((one) => [one, ...one.commands])];
  for (const one of all) one.configureOutput({ writeOut: (text) => lines.push(text) });
  let command = program;
  for (const name of path) command = command.commands.find((one) => one.name() === name) ?? command;
  command.outputHelp();
  return lines.join('');
}

const paths = [
  [],
  ...createProgram().commands.flatMap((one) => [[one.name()], ...one.commands.map((sub) => [one.name(), sub.name()])]),
];

describe('--help with --lang de', () => {
  test.each(paths.map((path) => [path.join(' '), path] as const))('widerruf %s', (_, path) => {
    const help = helpOf('de', path);
    expect(help).toContain('Aufruf: widerruf');
    expect(help).not.toMatch(/Usage:|Options:|Commands:|Arguments:|display help|choices:|default:|env:/);
    expect(englishIn(help, helpOf('en', path))).toEqual([]);
  });

  test('the language is that of the command line, or of WIDERRUF_LANG', () => {
    expect(languageOf(['audit', '--lang', 'de'], {})).toBe('de');
    expect(languageOf(['audit', '--lang=de'], { WIDERRUF_LANG: 'en' })).toBe('de');
    expect(languageOf(['audit'], { WIDERRUF_LANG: 'de' })).toBe('de');
    expect(languageOf(['--lang', 'en', 'audit'], { WIDERRUF_LANG: 'de' })).toBe('en');
    expect(languageOf(['audit'], {})).toBe('en');
  });
});

describe('what the commands print with --lang de', () => {
  const UNREADABLE = join(mkdtempSync(join(tmpdir(), 'widerruf-test-')), 'export.csv');
  writeFileSync(UNREADABLE, 'objectId,propertyName,propertyValue,occurredAt\n7,,true,gestern\n');
  let it: TestStack;
  const both = async (...args: string[]) => ({
    de: await widerrufOn(it.dataDir, [...args, '--lang', 'de']),
    en: await widerrufOn(it.dataDir, args),
  });
  beforeAll(async () => {
    it = await startTestStack();
    const { id } = it.twin.people.createContact({ email: 'anna@example.at' });
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await it.settled();
    const poison = { MessageBody: 'not a signal', MessageGroupId: 'x', MessageDeduplicationId: 'x' };
    await it.stack.cloud.sqs.send(new SendMessageCommand({ QueueUrl: it.queue('Signals'), ...poison }));
    await it.settled();
    it.twin.faults.set([
      { path: '/marketing/forms', status: 410 },
      { path: '/marketing/emails', status: 403 },
      { path: '/contacts/search', body: { hits: 0 } },
      { path: '/statuses/batch/read', status: 500 },
    ]);
  });
  afterAll(() => it.stop());

  test.each([
    ['doctor'],
    ['smoke'],
    ['dead-letters', 'list'],
    ['dead-letters', 'show', 'nothing'],
    ['status'],
    ['verify'],
    ['erase', 'nobody@example.at', '--yes'],
    ['erase', 'anna@example.at'],
    ['simulate', 'ops/examples/events.csv'],
    ['simulate', UNREADABLE],
    ['explain', 'nonsense'],
    ['logs', '--since', 'gestern'],
    ['audit', '--report-only'],
    ['plan', 'registry/noeku.example.yaml'],
    ['audit', '--no-such-option'],
    ['no-such-command'],
    ['dead-letters', 'list', '--queue', 'nothing'],
  ])('widerruf %s %s', async (...args) => {
    const { de, en } = await both(...args);
    expect(de.code).toBe(en.code);
    expect(de.out + de.err).not.toBe('');
    expect(englishIn(de.out, en.out)).toEqual([]);
    expect(englishIn(de.err, en.err)).toEqual([]);
  });

  test('widerruf init', async () => {
    const env = { HUBSPOT_API_URL: it.twin.url, HUBSPOT_ACCESS_TOKEN: inject('registryFile') };
    Object.assign(process.env, env);
    const { de, en } = await both('init', '--out', `${it.dataDir}/proposed.yaml`);
    for (const name of Object.keys(env)) delete process.env[name];
    expect(de.code).toBe(en.code);
    expect(englishIn(de.out + de.err, en.out + en.err)).toEqual([]);
  });
});

test('a mistake that the catalogue does not know is told as commander tells it', () => {
  expect(usageIn('something new', 'de')).toBe('something new');
});

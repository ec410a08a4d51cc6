import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makeTemplate, stageOf } from '../helpers/template.ts';

const runbook = readFileSync('docs/runbook.md', 'utf8');
const sections = runbook.split(/^## /m).slice(1);
const commandsIn = (text: string) => text.match(/^widerruf .*$|(?<=`)widerruf [^`…]+(?=`)/gm) ?? [];

describe('each section of the runbook', () => {
  test.each(sections.map((text) => [text.split('\n')[0] ?? '', text] as const))(
    '%s gives a command of our own tool first',
    (_, text) => {
      const [first = ''] = /(?<=^```sh\n)[^\n]+/m.exec(text) ?? [];
      expect(first).toMatch(/^widerruf \w/);
      const [, sentence = '', block = ''] = text.split('\n\n');
      expect(sentence, 'one line says what happened, and how urgent it is').toMatch(
        /^(?:Act now|Look tomorrow)\. \*\*[^\n]{1,130}$/,
      );
      expect(block, 'the commands stand before the explanation').toMatch(/^```sh\nwiderruf /);
    },
  );

  /**
   * SQS moves a message back only when SQS itself had dead-lettered it: StartMessageMoveTask fails with
   * CouldNotDetermineMessageSource for messages that were sent to the queue, as ours are, with their reason.
   */
  test('redrives with our own tool only', () => {
    expect(runbook).not.toMatch(/start dlq redrive|start-message-move-task|sqs console/i);
    expect(runbook).toContain('widerruf dead-letters redrive');
  });
});

test('every command that the runbook names exists, with every option', () => {
  const commands = commandsIn(runbook).map((line) =>
    line
      .replace(/\s+#.*/, '')
      .split(' ')
      .slice(1),
  );
  expect(commands.length).toBeGreaterThan(20);
  const distinct = new Map(
    commands.map((words) => {
      const options = words.filter((word) => word.startsWith('--'));
      const names = words.slice(0, words[0] === 'dead-letters' ? 2 : 1);
      return [[...names, ...options].join(' '), { names, options }] as const;
    }),
  );
  for (const { names, options } of distinct.values()) {
    const help = execFileSync(process.execPath, ['ops/widerruf.ts', ...names, '--help'], { encoding: 'utf8' });
    expect(help, names.join(' ')).toContain(`Usage: widerruf ${names.join(' ')}`);
    for (const option of options) expect(help, names.join(' ')).toContain(option);
  }
});

test('an alarm’s text carries the full address of its section', () => {
  const template = makeTemplate(stageOf('prod', { runbook: 'https://git.example.at/w/docs/runbook.md' }));
  const anchors = sections.map((text) => (text.split('\n')[0] ?? '').toLowerCase().replaceAll(' ', '-'));
  for (const { Properties } of Object.values(template.findResources('AWS::CloudWatch::Alarm'))) {
    // The others tell CodeDeploy, and no person.
    if (Properties['AlarmActions'] === undefined) continue;
    const [, anchor] =
      / https:\/\/git\.example\.at\/w\/docs\/runbook\.md#(\S+)$/.exec(String(Properties['AlarmDescription'])) ?? [];
    expect(anchors, String(Properties['AlarmName'])).toContain(anchor);
  }
});

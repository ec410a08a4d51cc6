import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { synthesize } from '../../local/aws/assembly.ts';
import { loadStage, parseStage } from '../../stages/stage.ts';
import { prodSettings } from '../helpers/template.ts';

const folder = mkdtempSync(join(tmpdir(), 'widerruf-stage-'));
const example = readFileSync('registry/noeku.example.yaml', 'utf8');
const ours = join(folder, 'ours.yaml');
writeFileSync(ours, example);
const other = join(folder, 'other.yaml');
writeFileSync(other, example.replace(/^portal: \d+/m, 'portal: 1'));

const good = { ...prodSettings, registry: ours };
const parseProd = (changes: object) => () => parseStage(stringify({ ...good, ...changes }), 'prod.yaml');

describe('a production stage that forgets something is refused at synthesis, with line and mend', () => {
  test.each<[string, object, RegExp]>([
    [
      'the registry',
      { registry: undefined },
      /^prod\.yaml:1: registry: .*Mend: add registry: it has no default \(stages\/prod\.example\.yaml explains/,
    ],
    [
      'to name a registry of its own',
      { registry: 'registry/noeku.example.yaml' },
      /^prod\.yaml:5: production: registry\/noeku\.example\.yaml is an example: opt-outs of your portal would be dropped/,
    ],
    ['who is on duty', { alarms: { actNow: [], lookTomorrow: ['a@b.at'] } }, /:7: production: nobody is told .*actNow/],
    ['who looks by day', { alarms: { actNow: ['a@b.at'], lookTomorrow: [] } }, /nobody is told .*lookTomorrow/],
    ['alarms', { alarms: undefined }, /alarms: /],
    ['the account', { account: undefined }, /production: no account. Mend: account: "111122223333"/],
    ['the region', { region: undefined }, /production: no region. Mend: region: eu-central-1/],
    ['where the runbook is', { runbook: 'file:///docs/runbook.md' }, /alarms would link to nowhere/],
    ['who pays', { tags: { owner: 'crm' } }, /no tag cost-center/],
    ['whether it is production', { production: undefined }, /production: /],
  ])('%s', (_, changes, message) => {
    expect(parseProd(changes)).toThrow(message);
  });
});

describe('a setting with a mistake is refused, with line and mend', () => {
  test.each<[string, object, RegExp]>([
    ['a number for an account', { account: 111122223333 }, /^prod\.yaml:2: account: /],
    ['an unknown key', { alarmMail: 'x' }, /unknown key "alarmMail" in the file. Mend: remove it/],
    ['a mail address', { alarms: { actNow: ['nobody'], lookTomorrow: [] } }, /alarms\.actNow\.0: an e-mail address/],
    ['an audit', { audit: 'maybe' }, /audit: /],
    ['a path where an address is expected', { runbook: 'docs/runbook.md' }, /runbook: a full address/],
    ['a public URL', { publicUrl: 'hooks.example.at' }, /publicUrl: a full address/],
    ['too few calls', { hubspot: { callsPer10Seconds: 5 } }, /hubspot\.callsPer10Seconds: /],
  ])('%s', (_, changes, message) => {
    expect(parseProd(changes)).toThrow(message);
  });

  test('a name that no stack may have', () => {
    expect(() => parseStage(stringify(good), 'Prod.yaml')).toThrow(/"Prod" is no name for a stage/);
  });
});

test('a registry of another portal needs an explicit word: the portal of the stage', () => {
  expect(parseProd({ registry: other })).toThrow(
    /prod\.yaml:4: the registry .*other\.yaml is of portal 1, this stage of 24681357. Mend: name the right registry/,
  );
  expect(parseProd({ registry: other, portal: 1 })().registry.portal).toBe(1);
});

test('defaults stand in the code once, and the example shows the same', () => {
  const { stage } = parseProd({})();
  expect(stage).toMatchObject({ name: 'prod', language: 'en', audit: 'repair' });
  expect(stage.hubspot).toEqual({ callsPer10Seconds: 190, acceptV2: true });
  const shown = readFileSync('stages/prod.example.yaml', 'utf8')
    .split('\n')
    .filter((line) => /^# {1,3}\w+: ?/.test(line))
    .map((line) => line.replace(/^# /, ''));
  const { publicUrl, ...defaults } = parse(shown.join('\n')) as Record<string, unknown>;
  expect(stage).toMatchObject(defaults);
  expect(publicUrl).toMatch(/^https:/);
});

test.each(['prod', 'dev'])('stages/%s.example.yaml holds when its registry is there', (name) => {
  const text = readFileSync(`stages/${name}.example.yaml`, 'utf8').replace('registry/our-portal.yaml', ours);
  expect(parseStage(text, `${name}.yaml`).stage.account).toBe('111122223333');
});

describe('which stage', () => {
  test('must be said, and the file must be there', () => {
    expect(() => loadStage(undefined)).toThrow('no stage is named. Mend: -c stage=<name>');
    expect(() => loadStage('nowhere')).toThrow('stages/nowhere.yaml: there is no such file');
  });

  test('cdk synth fails with nothing but the sentence', async () => {
    await expect(synthesize(join(folder, 'a'), {})).rejects.toThrow(/^synthesis failed:\nno stage is named.*\n$/);
  });

  test('settings of the command line that older versions took are refused, not ignored', async () => {
    const context = { stage: 'prod', registry: 'registry/our-portal.yaml' };
    await expect(synthesize(join(folder, 'b'), context)).rejects.toThrow('-c registry: no longer read');
  });
});

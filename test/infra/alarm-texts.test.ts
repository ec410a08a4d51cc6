import { describe, expect, test } from 'vitest';
import { alarmTexts, severityTexts, textsOfAlarm } from '../../infra/observability/alarm-texts.ts';
import { texts, titleIn } from '../../infra/observability/texts.ts';
import { makeTemplate, stageOf } from '../helpers/template.ts';

type Alarm = { AlarmName: string; AlarmDescription: string };
const alarmsOf = (language: 'en' | 'de') =>
  Object.values(makeTemplate(stageOf('prod', { language })).findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties as Alarm,
  );

describe.each(['en', 'de'] as const)('a stage whose language is %s', (language) => {
  test('describes every alarm in that language', () => {
    const alarms = alarmsOf(language);
    expect(alarms.length).toBeGreaterThan(20);
    for (const { AlarmName, AlarmDescription } of alarms) {
      const told = textsOfAlarm(AlarmName, language);
      expect(told, AlarmName).toBeDefined();
      expect(AlarmDescription).toContain(told?.meaning);
      const severities = Object.values(severityTexts[language]);
      if (AlarmDescription.includes('#')) expect(severities).toContain(AlarmDescription.split(': ')[0]);
    }
  });
});

test('each alarm has a name and a meaning of its own in both languages', () => {
  const names = (language: 'en' | 'de') => Object.values(alarmTexts[language]).flatMap(Object.values<string>);
  expect(new Set(names('de')).size).toBe(names('de').length);
  expect(names('de').filter((text) => names('en').includes(text))).toEqual([]);
});

test('a title is found in either language; what is none of ours stays', () => {
  expect(titleIn('de', texts.en.waiting)).toBe(texts.de.waiting);
  expect(titleIn('en', texts.de.waiting)).toBe(texts.en.waiting);
  expect(titleIn('de', 'something else')).toBe('something else');
  expect(textsOfAlarm('somebody-elses-alarm', 'de')).toBeUndefined();
});

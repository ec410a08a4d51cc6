import { alarmsEnglish } from './alarm-texts-english.ts';
import { alarmsGerman } from './alarm-texts-german.ts';

/** What each alarm is called, and one sentence for whoever is woken, in the operator's language. */
export const alarmTexts = { en: alarmsEnglish, de: alarmsGerman };
export type AlarmKey = keyof typeof alarmsEnglish;

/** Who must look, and how soon. */
export const severityTexts = {
  en: { 'act now': 'Act now', 'look tomorrow': 'Look tomorrow' },
  de: { 'act now': 'Sofort handeln', 'look tomorrow': 'Morgen ansehen' },
};

/** Of the alarms of a release, which tell no person. */
export const releaseTexts = {
  en: { name: 'Release', meaning: 'For CodeDeploy: brings the version before back. Tells nobody.' },
  de: { name: 'Neue Version', meaning: 'Für CodeDeploy: bringt die vorige Version zurück. Verständigt niemanden.' },
};

/** The texts of an alarm of a deployed stack, by its name; undefined: the alarm is none of ours. */
export function textsOfAlarm(alarmName: string, language: 'en' | 'de'): { name: string; meaning: string } | undefined {
  const [, name = ''] = /^widerruf-[a-z0-9-]*?-(.+)$/.exec(alarmName) ?? [];
  if (name.startsWith('release-')) return releaseTexts[language];
  const key = (Object.keys(alarmsEnglish) as AlarmKey[]).find((one) => alarmName.endsWith(`-${kebab(one)}`));
  return key === undefined ? undefined : alarmTexts[language][key];
}

/** `AuditDrift` → `audit-drift`, as in the runbook's headings. */
export function kebab(name: string): string {
  return name
    .replace('HubSpot', 'Hubspot')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();
}

import type { Language } from './language.ts';

/** Where the people live who read German. */
const ZONE = 'Europe/Vienna';

const german = new Intl.DateTimeFormat('de-AT', { timeZone: ZONE, dateStyle: 'medium', timeStyle: 'medium' });

/** A moment (ms) for people: in German as the clock in Vienna shows it, in English in UTC. */
export function readableTime(ms: number, language: Language): string {
  return language === 'de' ? german.format(ms) : new Date(ms).toISOString();
}

/** Milliseconds of a date that somebody typed; without a zone, the clock in Vienna is meant. Undefined for what is no date. */
export function momentOf(text: string): number | undefined {
  const hasZone = /(z|[+-]\d\d:?\d\d)$/i.test(text.trim());
  const asUtc = Date.parse(hasZone ? text : `${text.trim().replace(' ', 'T')}${text.includes(':') ? '' : 'T00:00'}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  return hasZone ? asUtc : asUtc - offsetAt(asUtc - offsetAt(asUtc));
}

/** How far the clock in Vienna is before UTC at a moment, in milliseconds. */
function offsetAt(ms: number): number {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'medium' }).format(
    ms,
  );
  return Date.parse(`${parts.replace(' ', 'T')}Z`) - Math.floor(ms / 1000) * 1000;
}

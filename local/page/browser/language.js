import { texts } from './texts.js';

const KEPT = 'widerruf-language';
export const languages = ['de', 'en'];

let language = firstLanguage();

/** The address's `?lang=`, else what was chosen before, else what the browser prefers. */
function firstLanguage() {
  const wished = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(KEPT) ?? navigator.language;
  return wished.toLowerCase().startsWith('de') ? 'de' : 'en';
}

export function currentLanguage() {
  return language;
}

/** Chooses the language of everything that is drawn from now on. */
export function choose(next) {
  language = next;
  localStorage.setItem(KEPT, next);
  document.documentElement.lang = next;
}

/** The text of a key in the chosen language, `{name}` replaced by values. */
export function t(key, values = {}) {
  const text = texts[key]?.[language] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

/** A moment (ms or ISO 8601) as the reader writes it, in the reader's time zone. */
export function moment(value, style = { dateStyle: 'medium', timeStyle: 'medium' }) {
  return new Intl.DateTimeFormat(language === 'de' ? 'de-AT' : 'en-GB', style).format(new Date(value));
}

/** A time of the day down to the millisecond. */
export function clock(ms) {
  const style = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 };
  return moment(ms, style);
}

/** A length of time in ms, in a unit that one can read. */
export function duration(ms) {
  const number = new Intl.NumberFormat(language === 'de' ? 'de-AT' : 'en-GB', { maximumFractionDigits: 1 });
  if (ms < 1000) return `${number.format(Math.round(ms))} ms`;
  if (ms < 120_000) return `${number.format(ms / 1000)} s`;
  return `${number.format(ms / 60_000)} min`;
}

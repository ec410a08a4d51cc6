import type { RegistryFile } from '../../src/registry/schema.ts';
import type { Outcome } from '../../src/rules/decision.ts';
import { type Names, namesOf } from './names.ts';
import { type OutcomeTexts, outcomeTexts } from './outcomes.ts';
import { germanReason } from './reasons.ts';
import { readableTime } from './time.ts';
import { type Language, texts, type Words } from './words.ts';

/** How things are told in one language: words, names instead of keys, times, reasons. */
export type Speech = {
  language: Language;
  words: Words;
  names: Names;
  /** A moment in milliseconds, or as ISO 8601. */
  time: (moment: number | string) => string;
  outcome: (outcome: string) => string;
  reason: (reason: string) => string;
  source: (source: Record<string, unknown> | undefined) => string;
  /** Why an event had no effect. */
  because: (because: string) => string;
};

export function speechOf(language: Language, registry: RegistryFile): Speech {
  const words = texts[language];
  const names = namesOf(registry, words);
  const t = outcomeTexts[language];
  const time = (moment: number | string) =>
    readableTime(typeof moment === 'string' ? Date.parse(moment) : moment, language);
  const told = (text: string) => names.withNames(text).replaceAll(ISO, (iso) => time(iso));
  return {
    language,
    words,
    names,
    time,
    outcome: (outcome) => t.outcomes[outcome as Outcome] ?? outcome,
    reason: (reason) => told(language === 'de' ? (germanReason(reason) ?? reason) : reason),
    source: (source) => names.withNames(sourceIn(source, t)),
    because: (because) => t.because[because] ?? because,
  };
}

const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** Who or what caused something. HubSpot's own word stays beside its name, since HubSpot does not say reliably who acted. */
function sourceIn(source: Record<string, unknown> = {}, { channels, changes, user }: OutcomeTexts): string {
  const change = text(source['change']);
  const by = /^userId:(\d+)$/.exec(text(source['id']))?.[1];
  const parts = [
    channels[text(source['channel'])] ?? text(source['channel']),
    changes[change] === undefined ? change : `${changes[change]} (${change})`,
    by === undefined ? text(source['id']) : user(by),
  ];
  return parts.filter(Boolean).join(', ');
}

import { type ControlKey, controlKey, subscriptionKey, UNSEEN } from '../../src/registry/control.ts';
import type { Control, RegistryFile } from '../../src/registry/schema.ts';
import type { Words } from './words.ts';

/** What people call the things that have keys and ids. */
export type Names = {
  brand: (company: string, brand: string) => string;
  control: (key: ControlKey) => string;
  /** What a control's value says: subscribed, closed, never set … */
  value: (key: ControlKey, value: string) => string;
  form: (id: string) => string;
  /** A text in which keys and ids stand, with names instead. */
  withNames: (text: string) => string;
};

type Named = { name: string; control?: Control };

/** The names that a registry gives, with words of one language. */
export function namesOf(file: RegistryFile, words: Words): Names {
  const controls = namedControls(file, words);
  const companies = Object.entries(file.companies);
  const brands = new Map(companies.flatMap(([, company]) => Object.entries(company.brands)));
  // A company and a brand may have one key: the company is meant unless the text says "brand".
  const keys = new Map([...brands].map(([key, { name }]) => [key, name]));
  for (const [key, { name }] of companies) keys.set(key, name);
  for (const [key, { name }] of controls) keys.set(key, name);
  for (const { id, ...place } of file.forms) keys.set(id, nameOfForm({ id, ...place }, file, words));
  const anyKey = new RegExp(`(?<![\\w:-])(?:${[...keys.keys()].map(escaped).join('|')})(?![\\w-])`, 'g');
  return {
    brand: (company, brand) => file.companies[company]?.brands[brand]?.name ?? brand,
    control: (key) => controls.get(key)?.name ?? key,
    value: (key, value) => valueIn(words, value, controls.get(key)?.control),
    form: (id) => keys.get(id) ?? id,
    withNames: (text) =>
      text
        .replaceAll(
          /\b(brand|Marke) ([a-z0-9-]+)/g,
          (_, word: string, key: string) => `${word} ${brands.get(key)?.name ?? key}`,
        )
        .replace(anyKey, (key) => keys.get(key) ?? key),
  };
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

function namedControls(file: RegistryFile, words: Words): Map<ControlKey, Named> {
  const named = new Map<ControlKey, Named>();
  for (const { name, subscription, brands } of Object.values(file.companies)) {
    named.set(subscriptionKey(subscription.id), { name: `${name}: ${words.ownType}` });
    for (const { name: brand, controls, newsletters } of Object.values(brands)) {
      for (const control of controls)
        named.set(controlKey(control), { name: `${brand}: ${kind(control, words)}`, control });
      for (const { key, ...control } of newsletters) {
        named.set(controlKey(control), { name: `${brand}: ${words.newsletter} ${key}`, control });
      }
    }
  }
  return named;
}

function kind(control: Control, words: Words): string {
  return control.kind === 'property' ? words.brandBlock : `${words.brandType} ${control.id}`;
}

function nameOfForm({ id, company, brand }: RegistryFile['forms'][number], file: RegistryFile, words: Words): string {
  const of = file.companies[company];
  const place = (brand === undefined ? undefined : of?.brands[brand]?.name) ?? of?.name ?? company;
  return `${words.form} ${place} (${id})`;
}

function valueIn(words: Words, value: string, control: Control | undefined): string {
  if (value === UNSEEN) return words.unknown;
  if (control?.kind === 'property') {
    if (value === control.blocked) return words.closed;
    if (value === control.open) return words.open;
    return value === '' ? words.empty : value;
  }
  const statuses: Record<string, string> = {
    SUBSCRIBED: words.subscribed,
    UNSUBSCRIBED: words.unsubscribed,
    NOT_SPECIFIED: words.neverSet,
  };
  return statuses[value] ?? (value === '' ? words.empty : value);
}

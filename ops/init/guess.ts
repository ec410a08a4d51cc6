import type { PortalInfo } from '../../src/hubspot/portal-info.ts';

export type PortalType = NonNullable<PortalInfo['types']>[number];
export type PortalProperty = NonNullable<PortalInfo['properties']>[number];
export type PortalForm = NonNullable<PortalInfo['forms']>[number];

/** What the names of a portal's parts suggest; a person confirms or corrects. German words are those of portals in Austria. */
const BUYERS = /käufer|buyer|ticket|absage|bestell|transaktion|transaction|service/i;
const COMPANY = /kommunikations-?abo|gesmbh|ges\.?\s?m\.?\s?b\.?\s?h|gmbh|betriebs/i;
const NEWSLETTER = /newsletter|\bnews\b|programm|rundbrief/i;
const BLOCK = /sperre|block|opt_?out|dsgvo|widerruf/i;

export const isBuyersMail = ({ name }: PortalType): boolean => BUYERS.test(name);
export const isCompanys = ({ name }: PortalType): boolean => COMPANY.test(name) && !NEWSLETTER.test(name);
export const isBlock = ({ name }: PortalProperty): boolean => BLOCK.test(name) && !name.startsWith('hs_');

/** A name as a key of the registry: lower-case letters, digits and hyphens. */
export function keyOf(name: string): string {
  const ascii = name
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .normalize('NFD');
  return ascii
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}

/** A company's name in the name of its subscription type. */
export function companyNameIn({ name }: PortalType): string {
  const bare = name.replace(/\(?\s*(kommunikations-?abonnement|kommunikations-?abo|opt-?out)\s*\)?/i, '');
  return bare.replaceAll(/^[\s:–-]+|[\s:–-]+$/g, '') || name;
}

/** A brand as its types' names tell: those of the whole brand, and those of single newsletters. */
export type BrandGuess = {
  key: string;
  name: string;
  types: PortalType[];
  newsletters: { key: string; type: PortalType }[];
};

/** Gathers types by brand: "Kunsthalle Krems: Newsletter" belongs to "Kunsthalle Krems". */
export function brandsIn(types: readonly PortalType[]): BrandGuess[] {
  const brands = new Map<string, BrandGuess>();
  for (const type of types) {
    const [name = type.name, ...rest] = type.name.split(/\s*[:–—|]\s*|\s+-\s+/);
    const key = keyOf(name);
    const brand = brands.get(key) ?? { key, name, types: [], newsletters: [] };
    brands.set(key, brand);
    if (rest.length > 0 || NEWSLETTER.test(name)) {
      brand.newsletters.push({ key: keyOf(rest.join(' ') || name), type });
    } else brand.types.push(type);
  }
  return [...brands.values()];
}

/** The brand that a property's name speaks of; undefined where none, or more than one, fits best. */
export function brandOfProperty({ name }: PortalProperty, brands: readonly BrandGuess[]): BrandGuess | undefined {
  const words = new Set(wordsOf(name));
  const scores = brands.map((brand) => ({ brand, score: wordsOf(brand.key).filter((word) => words.has(word)).length }));
  const best = Math.max(0, ...scores.map(({ score }) => score));
  const fitting = scores.filter(({ score }) => score === best);
  return best > 0 && fitting.length === 1 ? fitting[0]?.brand : undefined;
}

const wordsOf = (name: string) =>
  keyOf(name)
    .split('-')
    .filter((word) => word.length > 2 && !BLOCK.test(word));

/** A brand of which only the property tells. */
export function brandNamedBy({ name }: PortalProperty): BrandGuess {
  const words = wordsOf(name);
  const title = words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join(' ');
  return { key: words.join('-') || keyOf(name), name: title || name, types: [], newsletters: [] };
}

/** Which of a property's values mean "no mail" and "mail"; undefined where the options do not tell. */
export function valuesOf({ options }: PortalProperty): { blocked: string; open: string } | undefined {
  if (options.length === 0) return { blocked: 'true', open: 'false' };
  const pairs = [
    ['true', 'false'],
    ['yes', 'no'],
    ['ja', 'nein'],
    ['gesperrt', 'offen'],
    ['blocked', 'open'],
  ];
  for (const [no = '', yes = ''] of pairs) {
    const find = (value: string) => options.find((option) => option.toLowerCase() === value);
    const [blocked, open] = [find(no), find(yes)];
    if (blocked !== undefined && open !== undefined) return { blocked, open };
  }
  return undefined;
}

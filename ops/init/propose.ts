import type { PortalInfo } from '../../src/hubspot/portal-info.ts';
import { type OutputTexts, outputTexts } from '../texts/words.ts';
import {
  type BrandGuess,
  brandNamedBy,
  brandOfProperty,
  brandsIn,
  companyNameIn,
  isBlock,
  isBuyersMail,
  isCompanys,
  keyOf,
  type PortalForm,
  type PortalType,
  valuesOf,
} from './guess.ts';

/** A question to a person. `choices`: values and what they mean. */
export type Question = { text: string; choices: readonly { value: string; label: string }[] };
/** Gives the chosen value; undefined where nobody answers, or nobody knows. */
export type Ask = (question: Question) => Promise<string | undefined>;

type Control = { kind: 'subscription'; id: number } | { kind: 'property'; name: string; blocked: string; open: string };
type Brand = { name: string; controls: Control[]; newsletters: { key: string; kind: 'subscription'; id: number }[] };
export type Draft = {
  portal: number;
  protected: { subscriptions: { id: number; name: string }[]; properties: string[] };
  companies: Record<string, { name: string; subscription: { id: number }; brands: Record<string, Brand> }>;
  forms: { id: string; company: string; brand?: string; newsletter?: string; doubleOptIn: boolean }[];
};
/** `open`: what nobody could tell, and what was therefore left out or decided for safety. */
export type Proposal = { draft: Draft; open: string[] };

/** Proposes a registry for a portal: by the names of its parts, by HubSpot's brands and by forms; where these do not tell, by asking. */
export async function propose(
  portal: number,
  info: PortalInfo,
  ask: Ask,
  t: OutputTexts['init'] = outputTexts.en.init,
): Promise<Proposal> {
  const active = (info.types ?? []).filter((type) => type.active);
  const buyers = active.filter(isBuyersMail);
  const own = active.filter((type) => !buyers.includes(type) && isCompanys(type));
  const draft: Draft = {
    portal,
    protected: { subscriptions: buyers.map(({ id, name }) => ({ id, name })), properties: [] },
    companies: {},
    forms: [],
  };
  for (const type of own) {
    const name = companyNameIn(type);
    draft.companies[keyOf(name)] = { name, subscription: { id: type.id }, brands: {} };
  }
  const work: Work = { info, draft, own, open: [], ask, t };
  for (const { part, why } of info.unseen) work.open.push(t.unseen(t.part(part), t.why(why)));
  if (buyers.length === 0) work.open.push(t.noBuyers);
  if (own.length === 0) work.open.push(t.noCompanies);
  const brands = brandsIn(active.filter((type) => !buyers.includes(type) && !own.includes(type)));
  const blocks = blocksOf(work, brands);
  for (const brand of [...brands, ...blocks.keys()].filter(unique)) await place(brand, blocks.get(brand) ?? [], work);
  for (const form of info.forms ?? []) await placeForm(form, work);
  return { draft, open: work.open };
}

type Work = { info: PortalInfo; draft: Draft; own: PortalType[]; open: string[]; ask: Ask; t: OutputTexts['init'] };
const unique = <T>(one: T, i: number, all: readonly T[]) => all.indexOf(one) === i;

/** The properties that block brands, by brand. */
function blocksOf({ info, open, t }: Work, brands: readonly BrandGuess[]): Map<BrandGuess, Control[]> {
  const blocks = new Map<BrandGuess, Control[]>();
  for (const property of (info.properties ?? []).filter(isBlock)) {
    const values = valuesOf(property);
    if (values === undefined) {
      open.push(t.whichValue(property.name, property.options.join(', ')));
      continue;
    }
    const brand = brandOfProperty(property, [...brands, ...blocks.keys()].filter(unique)) ?? brandNamedBy(property);
    blocks.set(brand, [...(blocks.get(brand) ?? []), { kind: 'property', name: property.name, ...values }]);
  }
  return blocks;
}

async function place(brand: BrandGuess, blocks: Control[], work: Work): Promise<void> {
  const company = companyOfBrand(brand, work) ?? (await askForCompany(work.t.theBrand(brand.name), work));
  const found = company === undefined ? undefined : work.draft.companies[company];
  if (found === undefined) {
    const ids = [...brand.types, ...brand.newsletters.map(({ type }) => type)].map(({ id }) => work.t.type(id));
    const names = blocks.map((control) => (control.kind === 'property' ? work.t.property(control.name) : ''));
    work.open.push(work.t.brandOfWhom(brand.name, [...ids, ...names].join(', ')));
    return;
  }
  found.brands[brand.key] = {
    name: brand.name,
    controls: [...blocks, ...brand.types.map(({ id }) => ({ kind: 'subscription' as const, id }))],
    newsletters: brand.newsletters.map(({ key, type }) => ({ key, kind: 'subscription', id: type.id })),
  };
}

/** The only company; or the one whose type is in the same brand of HubSpot, or on the same form. */
function companyOfBrand({ types, newsletters }: BrandGuess, { info, draft, own }: Work): string | undefined {
  const keys = Object.keys(draft.companies);
  if (keys.length <= 1) return keys[0];
  const ofBrand = [...types, ...newsletters.map(({ type }) => type)];
  const sameBrand = own.filter(({ brand }) => brand !== 0 && ofBrand.some((type) => type.brand === brand));
  const forms = (info.forms ?? []).filter(({ subscriptions }) => ofBrand.some(({ id }) => subscriptions.includes(id)));
  const sameForm = own.filter(({ id }) => forms.some(({ subscriptions }) => subscriptions.includes(id)));
  const fitting = sameBrand.length > 0 ? sameBrand : sameForm;
  return fitting.length === 1 && fitting[0] !== undefined ? keyOf(companyNameIn(fitting[0])) : undefined;
}

async function askForCompany(what: string, { draft, ask, t }: Work): Promise<string | undefined> {
  const choices = Object.entries(draft.companies).map(([value, { name }]) => ({ value, label: name }));
  return choices.length === 0 ? undefined : ask({ text: t.askCompany(what), choices });
}

async function placeForm({ id, name, subscriptions }: PortalForm, work: Work): Promise<void> {
  const { t } = work;
  const companies = Object.entries(work.draft.companies);
  const named = companies.filter(([, { subscription }]) => subscriptions.includes(subscription.id));
  const [only] = named.length === 1 ? named : [];
  const key = only?.[0] ?? (await askForCompany(t.theForm(name, id), work));
  const company = key === undefined ? undefined : work.draft.companies[key];
  if (key === undefined || company === undefined) {
    work.open.push(t.formOfWhom(name, id));
    return;
  }
  const text = t.askDoubleOptIn(name, id);
  const choices = [
    { value: 'yes', label: t.yes },
    { value: 'no', label: t.no },
  ];
  const answer = await work.ask({ text, choices });
  if (answer === undefined) work.open.push(t.takenForTrue(name, id));
  work.draft.forms.push({
    id,
    company: key,
    ...brandOfForm(subscriptions, company.brands),
    doubleOptIn: answer !== 'no',
  });
}

/** The brand and newsletter whose types the form asks about, where there is one. */
function brandOfForm(subscriptions: readonly number[], brands: Record<string, Brand>) {
  for (const [brand, { controls, newsletters }] of Object.entries(brands)) {
    const newsletter = newsletters.find(({ id }) => subscriptions.includes(id));
    if (newsletter !== undefined) return { brand, newsletter: newsletter.key };
    if (controls.some((control) => control.kind === 'subscription' && subscriptions.includes(control.id)))
      return { brand };
  }
  return {};
}

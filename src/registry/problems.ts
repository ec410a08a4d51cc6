import type { Mistake } from './checked-yaml.ts';
import { type Claim, claimsOf } from './claims.ts';
import { type ControlKey, propertyKey, subscriptionKey, watchedProperty, watchedPropertyOf } from './control.ts';
import { milliseconds } from './duration.ts';
import { findFormerProblems } from './former-problems.ts';
import { PORTAL_WIDE_PROPERTY } from './registry.ts';
import type { RegistryFile } from './schema.ts';

/** Mistakes that show only when the parts of a registry are held against each other. */
export function findProblems(registry: RegistryFile): Mistake[] {
  return [
    ...findFormerProblems(registry),
    ...findControlProblems(registry),
    ...findWatchedProblems(registry),
    ...findCanaryProblems(registry),
    ...findGraceProblems(registry),
    ...registry.forms.flatMap((form, i) => findFormProblems(form, i, registry)),
  ];
}

/** A grace is ended by a message, and SQS delays none for longer than 15 minutes; meanwhile the control is open. */
const LONGEST_GRACE_MS = 15 * 60_000;

function findGraceProblems({ policy }: RegistryFile): Mistake[] {
  if (milliseconds(policy.reOptInGrace) <= LONGEST_GRACE_MS) return [];
  const message = `an opt-in may wait for its form for 15 minutes at most, not ${policy.reOptInGrace}`;
  return [
    { path: ['policy', 'reOptInGrace'], message, mend: 'use PT15M or less; HubSpot tells of a form within seconds' },
  ];
}

/** Each control belongs to exactly one company, brand, newsletter, or to buyer service mail. */
function findControlProblems(registry: RegistryFile): Mistake[] {
  const owners = new Map<ControlKey, string>();
  for (const { id } of registry.protected.subscriptions) owners.set(subscriptionKey(id), BUYERS);
  for (const name of registry.protected.properties) owners.set(propertyKey(name), BUYERS);
  const doubles = claimsOf(registry).flatMap(({ key, owner, path }): Mistake[] => {
    const other = owners.get(key);
    if (other === undefined) owners.set(key, owner);
    return other === undefined
      ? []
      : [{ path, message: `${key} is used by ${other} and by ${owner}`, mend: ONE_PLACE }];
  });
  return [...doubles, ...claimsOf(registry).flatMap(findValueProblems), ...findDoubleNewsletters(registry)];
}

const BUYERS = 'protected buyer service mail';
const ONE_PLACE = 'give each control to exactly one company, brand or newsletter';

/** HubSpot's standard properties that a block would overwrite. */
const OF_THE_PERSON = ['email', 'firstname', 'lastname', 'phone', 'createdate', 'lastmodifieddate', 'lifecyclestage'];

/** What a company watches instead of its type's own property must tell of that company and of nothing else. */
function findWatchedProblems({ companies }: RegistryFile): Mistake[] {
  return Object.entries(companies).flatMap(([key, { subscription }]): Mistake[] => {
    const { id, property } = subscription;
    const own = watchedPropertyOf(subscriptionKey(id));
    const isAnothers =
      property === PORTAL_WIDE_PROPERTY || (property?.startsWith(`${PORTAL_WIDE_PROPERTY}_`) && property !== own);
    if (!isAnothers && !OF_THE_PERSON.includes(property ?? '')) return [];
    const message = `${property} does not tell of company ${key} alone`;
    const mend = `leave it out (HubSpot’s own is ${own}), or name a property that a workflow copies it to`;
    return [{ path: ['companies', key, 'subscription', 'property'], message, mend }];
  });
}

function findValueProblems({ control, path }: Claim): Mistake[] {
  if (control?.kind !== 'property') return [];
  const { name, blocked, open } = control;
  const problems: Mistake[] = [];
  if (blocked.trim().toLowerCase() === open.trim().toLowerCase()) {
    const message =
      blocked === open
        ? `${name}: blocked and open are both "${blocked}"`
        : `${name}: blocked "${blocked}" and open "${open}" differ only in case or spaces`;
    problems.push({ path, message, mend: 'give two different values' });
  }
  if (OF_THE_PERSON.includes(name)) {
    const mend = 'name the property that blocks the brand';
    problems.push({ path, message: `${name} says who the person is and is no block`, mend });
  }
  if (watchedProperty(control).startsWith('hs_')) {
    problems.push({
      path,
      message: `${name} belongs to HubSpot and cannot be written`,
      mend: 'use a property of your own, or kind: subscription with the id',
    });
  }
  return problems;
}

function findDoubleNewsletters(registry: RegistryFile): Mistake[] {
  return Object.entries(registry.companies).flatMap(([companyKey, { brands }]) =>
    Object.entries(brands).flatMap(([brandKey, { newsletters }]) =>
      newsletters.flatMap(({ key }, i): Mistake[] => {
        if (newsletters.findIndex((one) => one.key === key) === i) return [];
        return [
          {
            path: ['companies', companyKey, 'brands', brandKey, 'newsletters', i],
            message: `newsletter ${key} stands twice in brand ${brandKey}`,
            mend: 'rename one of the two',
          },
        ];
      }),
    ),
  );
}

function findCanaryProblems({ canary, companies }: RegistryFile): Mistake[] {
  if (canary === undefined) return [];
  const ofBrands = Object.values(companies).flatMap(({ brands }) =>
    Object.values(brands).flatMap(({ controls, newsletters }) => [...controls, ...newsletters]),
  );
  if (ofBrands.some((control) => control.kind === 'subscription' && control.id === canary.subscription)) return [];
  return [
    {
      path: ['canary', 'subscription'],
      message: `the canary’s subscription ${canary.subscription} belongs to no brand or newsletter`,
      mend: 'use a subscription type of a brand or newsletter; never a company’s own',
    },
  ];
}

type Form = RegistryFile['forms'][number];

function findFormProblems(form: Form, i: number, registry: RegistryFile): Mistake[] {
  const path = ['forms', i];
  const isDouble = registry.forms.findIndex(({ id }) => id === form.id) !== i;
  const double = { path, message: `form ${form.id} stands twice`, mend: 'remove one of the two' };
  const place = findPlaceProblem(form, registry);
  return [...(isDouble ? [double] : []), ...(place === undefined ? [] : [{ path, ...place }])];
}

/** Whether the company, brand and newsletter that a form names exist. */
function findPlaceProblem(form: Form, { companies }: RegistryFile): Omit<Mistake, 'path'> | undefined {
  const company = companies[form.company];
  if (company === undefined) {
    const mend = `use one of: ${Object.keys(companies).join(', ')}`;
    return { message: `form of unknown company ${form.company}`, mend };
  }
  const brand = form.brand === undefined ? undefined : company.brands[form.brand];
  if (form.brand !== undefined && brand === undefined) {
    const mend = `brands of ${form.company}: ${Object.keys(company.brands).join(', ')}`;
    return { message: `form of unknown brand ${form.brand}`, mend };
  }
  if (form.newsletter === undefined) return undefined;
  if (brand === undefined) {
    const mend = 'add the brand that the newsletter belongs to';
    return { message: `form names newsletter ${form.newsletter} but no brand`, mend };
  }
  if (brand.newsletters.some(({ key }) => key === form.newsletter)) return undefined;
  const known = brand.newsletters.map(({ key }) => key).join(', ') || 'none';
  return { message: `form of unknown newsletter ${form.newsletter}`, mend: `newsletters of ${form.brand}: ${known}` };
}

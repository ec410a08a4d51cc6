import type { Mistake } from './checked-yaml.ts';
import { controlKey, watchedProperty } from './control.ts';
import type { RegistryFile } from './schema.ts';

/** Mistakes that show only when the parts of a registry are held against each other. */
export function findProblems(registry: RegistryFile): Mistake[] {
  const problems: Mistake[] = [];
  const used = new Map<string, string>();
  const claim = (name: string, owner: string, path: (string | number)[]) => {
    const other = used.get(name);
    if (other === undefined) used.set(name, owner);
    else {
      problems.push({
        path,
        message: `${name} is used by ${other} and by ${owner}`,
        mend: 'give each control to exactly one company, brand or newsletter',
      });
    }
  };

  registry.protected.subscriptions.forEach(({ id }) => {
    used.set(`subscription:${id}`, 'protected buyer service mail');
  });
  registry.protected.properties.forEach((name) => {
    used.set(`property:${name}`, 'protected buyer service mail');
  });

  for (const [companyKey, company] of Object.entries(registry.companies)) {
    const at = ['companies', companyKey];
    claim(`subscription:${company.subscription.id}`, `company ${companyKey}`, [...at, 'subscription']);
    if (company.subscription.property !== undefined) {
      claim(`property:${company.subscription.property}`, `company ${companyKey}`, [...at, 'subscription']);
    }
    for (const [brandKey, brand] of Object.entries(company.brands)) {
      const inBrand = [...at, 'brands', brandKey];
      brand.controls.forEach((control, i) => {
        claim(controlKey(control), `brand ${brandKey}`, [...inBrand, 'controls', i]);
        checkValues(control, [...inBrand, 'controls', i], problems);
      });
      const keys = new Set<string>();
      brand.newsletters.forEach((newsletter, i) => {
        claim(controlKey(newsletter), `newsletter ${newsletter.key}`, [...inBrand, 'newsletters', i]);
        checkValues(newsletter, [...inBrand, 'newsletters', i], problems);
        if (keys.has(newsletter.key)) {
          problems.push({
            path: [...inBrand, 'newsletters', i],
            message: `newsletter ${newsletter.key} stands twice in brand ${brandKey}`,
            mend: 'rename one of the two',
          });
        }
        keys.add(newsletter.key);
      });
    }
  }

  const { canary } = registry;
  if (canary !== undefined) {
    const ofBrands = Object.values(registry.companies).flatMap(({ brands }) =>
      Object.values(brands).flatMap(({ controls, newsletters }) => [...controls, ...newsletters]),
    );
    if (!ofBrands.some((control) => control.kind === 'subscription' && control.id === canary.subscription)) {
      problems.push({
        path: ['canary', 'subscription'],
        message: `the canary’s subscription ${canary.subscription} belongs to no brand or newsletter`,
        mend: 'use a subscription type of a brand or newsletter; never a company’s own',
      });
    }
  }

  const formIds = new Set<string>();
  registry.forms.forEach((form, i) => {
    const path = ['forms', i];
    const company = registry.companies[form.company];
    const brand = form.brand === undefined ? undefined : company?.brands[form.brand];
    const wrong = (message: string, mend: string) => problems.push({ path, message, mend });
    if (formIds.has(form.id)) wrong(`form ${form.id} stands twice`, 'remove one of the two');
    formIds.add(form.id);
    if (company === undefined) {
      wrong(`form of unknown company ${form.company}`, `use one of: ${Object.keys(registry.companies).join(', ')}`);
    } else if (form.brand !== undefined && brand === undefined) {
      wrong(
        `form of unknown brand ${form.brand}`,
        `brands of ${form.company}: ${Object.keys(company.brands).join(', ')}`,
      );
    } else if (form.newsletter !== undefined && brand === undefined) {
      wrong(`form names newsletter ${form.newsletter} but no brand`, 'add the brand that the newsletter belongs to');
    } else if (form.newsletter !== undefined && !brand?.newsletters.some(({ key }) => key === form.newsletter)) {
      const known = brand?.newsletters.map(({ key }) => key).join(', ') || 'none';
      wrong(`form of unknown newsletter ${form.newsletter}`, `newsletters of ${form.brand}: ${known}`);
    }
  });
  return problems;
}

function checkValues(control: Parameters<typeof controlKey>[0], path: (string | number)[], problems: Mistake[]): void {
  if (control.kind !== 'property') return;
  if (control.blocked === control.open) {
    problems.push({
      path,
      message: `${control.name}: blocked and open are both "${control.blocked}"`,
      mend: 'give two different values',
    });
  }
  if (watchedProperty(control).startsWith('hs_')) {
    problems.push({
      path,
      message: `${control.name} belongs to HubSpot and cannot be written`,
      mend: 'use a property of your own, or kind: subscription with the id',
    });
  }
}

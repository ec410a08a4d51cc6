import type { Mistake } from './checked-yaml.ts';
import { claimsOf } from './claims.ts';
import { type ControlKey, formerKeys, propertyKey, subscriptionKey } from './control.ts';
import type { RegistryFile } from './schema.ts';

/** Mistakes in what a registry says of earlier ones. A former name must be nobody's name of today, and of one only. */
export function findFormerProblems(registry: RegistryFile): Mistake[] {
  return [...findFormerCompanies(registry), ...findFormerPlaces(registry), ...findFormerControls(registry)];
}

function findFormerCompanies({ companies }: RegistryFile): Mistake[] {
  const claimed = new Set<string>();
  return Object.entries(companies).flatMap(([company, { formerly = [] }]) =>
    formerly.flatMap(({ key }, i): Mistake[] => {
      const isPresent = Object.hasOwn(companies, key);
      const isClaimed = claimed.has(key);
      claimed.add(key);
      if (!isPresent && !isClaimed) return [];
      const message = isPresent ? `${key} is a company of today` : `two companies were formerly ${key}`;
      const mend = isPresent
        ? 'remove the company that became part of this one'
        : 'name the one that took over its opt-outs';
      return [{ path: ['companies', company, 'formerly', i], message, mend }];
    }),
  );
}

function findFormerPlaces({ companies }: RegistryFile): Mistake[] {
  return Object.entries(companies).flatMap(([company, { brands }]) =>
    Object.entries(brands).flatMap(([brand, { formerly = [] }]) =>
      formerly.flatMap((place, i): Mistake[] => {
        if (place.company !== company) return [];
        const message = `brand ${brand} belongs to ${company} now`;
        const mend = 'name only companies that the brand belonged to before';
        return [{ path: ['companies', company, 'brands', brand, 'formerly', i], message, mend }];
      }),
    ),
  );
}

function findFormerControls(registry: RegistryFile): Mistake[] {
  const placed = claimsOf(registry).flatMap(({ control, ...claim }) =>
    control === undefined ? [] : [{ ...claim, control }],
  );
  const present = new Set<ControlKey>([
    ...placed.map(({ key }) => key),
    ...registry.protected.subscriptions.map(({ id }) => subscriptionKey(id)),
    ...registry.protected.properties.map(propertyKey),
  ]);
  const claimed = new Set<ControlKey>();
  return placed.flatMap(({ control, path }) =>
    formerKeys(control).flatMap((key): Mistake[] => {
      const isPresent = present.has(key);
      const isClaimed = claimed.has(key);
      claimed.add(key);
      if (!isPresent && !isClaimed) return [];
      const message = isPresent ? `${key} is in use today` : `two controls took the place of ${key}`;
      return [{ path: [...path, 'formerly'], message, mend: 'name each control that is gone once' }];
    }),
  );
}

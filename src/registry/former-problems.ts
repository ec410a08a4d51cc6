import type { Mistake } from './checked-yaml.ts';
import { type ControlKey, controlKey, formerKeys, propertyKey, subscriptionKey } from './control.ts';
import type { Control, RegistryFile } from './schema.ts';

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

type Placed = { control: Control; path: (string | number)[] };

function findFormerControls(registry: RegistryFile): Mistake[] {
  const placed = placedControls(registry);
  const present = new Set<ControlKey>([
    ...placed.map(({ control }) => controlKey(control)),
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

function placedControls({ companies }: RegistryFile): Placed[] {
  return Object.entries(companies).flatMap(([company, { subscription, brands }]) => {
    const { property: _, ...type } = subscription;
    const path = ['companies', company];
    return [
      { control: { kind: 'subscription' as const, ...type }, path: [...path, 'subscription'] },
      ...Object.entries(brands).flatMap(([brand, { controls, newsletters }]) => [
        ...controls.map((control, i) => ({ control, path: [...path, 'brands', brand, 'controls', i] })),
        ...newsletters.map(({ key: _key, ...control }, i) => ({
          control,
          path: [...path, 'brands', brand, 'newsletters', i],
        })),
      ]),
    ];
  });
}

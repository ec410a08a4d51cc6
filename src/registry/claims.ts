import type { Mistake } from './checked-yaml.ts';
import { type ControlKey, controlKey, propertyKey } from './control.ts';
import type { Control, RegistryFile } from './schema.ts';

type Path = Mistake['path'];

/** A control with its place in the file and whom it belongs to. `control` is missing for a property that is only watched. */
export type Claim = { key: ControlKey; owner: string; path: Path; control?: Control };

/** Every control and watched property of a registry file, in the order of the file. */
export function claimsOf(registry: RegistryFile): Claim[] {
  return Object.entries(registry.companies).flatMap(([companyKey, { subscription, brands }]) => {
    const path = ['companies', companyKey];
    const owner = `company ${companyKey}`;
    const { property: _, ...type } = subscription;
    const control: Control = { kind: 'subscription', ...type };
    const own: Claim[] = [{ key: controlKey(control), owner, path: [...path, 'subscription'], control }];
    const watched: Claim[] =
      subscription.property === undefined
        ? []
        : [{ key: propertyKey(subscription.property), owner, path: [...path, 'subscription'] }];
    const ofBrands = Object.entries(brands).flatMap(([brandKey, brand]) => claimsOfBrand(brandKey, brand, path));
    return [...own, ...watched, ...ofBrands];
  });
}

type Brand = RegistryFile['companies'][string]['brands'][string];

function claimsOfBrand(brandKey: string, { controls, newsletters }: Brand, ofCompany: Path): Claim[] {
  const path = [...ofCompany, 'brands', brandKey];
  return [
    ...controls.map((control, i) => ({
      key: controlKey(control),
      owner: `brand ${brandKey}`,
      path: [...path, 'controls', i],
      control,
    })),
    ...newsletters.map(({ key, ...control }, i) => ({
      key: controlKey(control),
      owner: `newsletter ${key}`,
      path: [...path, 'newsletters', i],
      control,
    })),
  ];
}

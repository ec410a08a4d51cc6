import type { PortalInfo } from '../../src/hubspot/portal-info.ts';
import { isPropertyKey, subscriptionKey } from '../../src/registry/control.ts';
import type { PlacedControl, Registry } from '../../src/registry/registry.ts';
import type { Finding } from './finding.ts';

/** Does each control of the registry exist in the portal, as what the registry says? */
export function examineControls(info: PortalInfo, registry: Registry): Finding[] {
  return [...registry.controls.values()].flatMap((placed) => examineControl(placed, info));
}

function examineControl({ key, control, company }: PlacedControl, info: PortalInfo): Finding[] {
  // What HubSpot does not show is not missing.
  const what = `${key} of ${company} does not exist in the portal`;
  if (control.kind === 'subscription') {
    if (info.types === undefined) return [];
    const type = info.types.find(({ id }) => id === control.id);
    if (type === undefined) return [{ level: 'loss', what, mend: 'correct the id in the registry' }];
    if (type.active) return [];
    const mend = 'take it out of the registry, or activate it in HubSpot';
    return [{ level: 'risk', what: `${key} (${type.name}) is archived`, mend }];
  }
  if (info.properties === undefined) return [];
  const property = info.properties.find(({ name }) => name === control.name);
  if (property === undefined) {
    return [{ level: 'loss', what, mend: 'correct the name in the registry, or create the property' }];
  }
  const readOnly: Finding[] = property.readOnly
    ? [
        {
          level: 'loss',
          what: `${key} is read-only in HubSpot`,
          mend: 'make the property editable, or name another one',
        },
      ]
    : [];
  return [
    ...readOnly,
    ...[control.blocked, control.open].flatMap((value) => examineOption(key, value, property.options)),
  ];
}

/** A property without options takes any value, and an empty value takes the property away. */
function examineOption(key: string, value: string, options: readonly string[]): Finding[] {
  if (options.length === 0 || value === '' || options.includes(value)) return [];
  const what = `${key} has no option "${value}"; it has ${options.join(', ')}`;
  return [{ level: 'loss', what, mend: 'correct blocked and open in the registry' }];
}

/** The subscription types of one brand in the registry should belong to one brand in HubSpot. */
export function examineBrands(info: PortalInfo, registry: Registry): Finding[] {
  const all = [...registry.controls.values()];
  const placeOf = ({ company, brand = '' }: PlacedControl) => `${company}/${brand}`;
  const places = new Map(all.map((one) => [placeOf(one), all.filter((other) => placeOf(other) === placeOf(one))]));
  return [...places].flatMap(([place, controls]): Finding[] => {
    const types = controls.flatMap(({ control }) =>
      control.kind === 'subscription' ? (info.types ?? []).filter(({ id }) => id === control.id) : [],
    );
    if (new Set(types.map(({ brand }) => brand)).size <= 1) return [];
    const list = types.map(({ id, brand }) => `${id} in brand ${brand}`).join(', ');
    const what = `the types of ${place} are in different brands of HubSpot: ${list}`;
    return [{ level: 'risk', what, mend: 'correct the ids in the registry, or move the types' }];
  });
}

/** Where the registry names a property of its own for a subscription type, a workflow has to fill that property. */
export function examineWatchedProperties({ properties }: PortalInfo, registry: Registry): Finding[] {
  if (properties === undefined) return [];
  const copies = [...registry.watched].filter(
    ([name, watched]) =>
      watched !== 'portal-wide' && watched.control.kind === 'subscription' && !name.startsWith('hs_'),
  );
  return copies
    .filter(([copy]) => !properties.some(({ name }) => name === copy))
    .map(([copy]) => ({
      level: 'loss',
      what: `the watched property ${copy} does not exist`,
      mend: 'create it and the workflow that copies the opt-out into it',
    }));
}

/** Protected mail reaches people who opted out: its types must exist, and must not sound like marketing. */
export function examineProtectedTypes({ types }: PortalInfo, registry: Registry): Finding[] {
  if (types === undefined) return [];
  const keys = [...registry.protectedControls].filter((key) => !isPropertyKey(key));
  return keys.flatMap((key): Finding[] => {
    const type = types.find(({ id }) => id === Number(key.replace(subscriptionKey(''), '')));
    if (type === undefined) {
      const what = `protected ${key} does not exist in the portal`;
      return [{ level: 'risk', what, mend: 'correct the id in the registry' }];
    }
    if (!/newsletter|marketing|werbung|programm/i.test(type.name)) return [];
    const what = `protected ${key} is called "${type.name}": is it really service mail?`;
    return [{ level: 'risk', what, mend: 'protected mail reaches people who opted out; use it for service only' }];
  });
}

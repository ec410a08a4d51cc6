import type { PortalInfo } from '../../src/hubspot/portal-info.ts';
import { isPropertyKey, subscriptionKey } from '../../src/registry/control.ts';
import type { PlacedControl, Registry } from '../../src/registry/registry.ts';
import type { DoctorTexts } from '../texts/words.ts';
import type { Finding } from './finding.ts';
import { missing } from './missing.ts';

/** Does each control of the registry exist in the portal, as what the registry says? */
export function examineControls(info: PortalInfo, registry: Registry, t: DoctorTexts): Finding[] {
  return [...registry.controls.values()].flatMap((placed) => examineControl(placed, info, t));
}

function examineControl({ key, control, company }: PlacedControl, info: PortalInfo, t: DoctorTexts): Finding[] {
  // What HubSpot does not show is not missing.
  const what = t.controlMissing(key, company);
  if (control.kind === 'subscription') {
    if (info.types === undefined) return [];
    const type = info.types.find(({ id }) => id === control.id);
    if (type === undefined) {
      return [missing({ part: 'types', key, finding: { level: 'loss', what, mend: t.correctId } }, info, t)];
    }
    if (type.active) return [];
    return [{ level: 'risk', what: t.typeArchived(key, type.name), mend: t.activate }];
  }
  if (info.properties === undefined) return [];
  const property = info.properties.find(({ name }) => name === control.name);
  if (property === undefined) {
    return [missing({ part: 'properties', key, finding: { level: 'loss', what, mend: t.correctName } }, info, t)];
  }
  const readOnly: Finding[] = property.readOnly
    ? [
        {
          level: 'loss',
          what: t.readOnly(key),
          mend: t.makeEditable,
        },
      ]
    : [];
  return [
    ...readOnly,
    ...[control.blocked, control.open].flatMap((value) => examineOption({ key, value }, property.options, t)),
  ];
}

/** A property without options takes any value, and an empty value takes the property away. */
function examineOption(
  { key, value }: { key: string; value: string },
  options: readonly string[],
  t: DoctorTexts,
): Finding[] {
  if (options.length === 0 || value === '' || options.includes(value)) return [];
  return [{ level: 'loss', what: t.noOption(key, value, options.join(', ')), mend: t.correctValues }];
}

/** The subscription types of one brand in the registry should belong to one brand in HubSpot. */
export function examineBrands(info: PortalInfo, registry: Registry, t: DoctorTexts): Finding[] {
  const all = [...registry.controls.values()];
  const placeOf = ({ company, brand = '' }: PlacedControl) => `${company}/${brand}`;
  const places = new Map(all.map((one) => [placeOf(one), all.filter((other) => placeOf(other) === placeOf(one))]));
  return [...places].flatMap(([place, controls]): Finding[] => {
    const types = controls.flatMap(({ control }) =>
      control.kind === 'subscription' ? (info.types ?? []).filter(({ id }) => id === control.id) : [],
    );
    if (new Set(types.map(({ brand }) => brand)).size <= 1) return [];
    const list = types.map(({ id, brand }) => t.typeInBrand(id, brand)).join(', ');
    return [{ level: 'risk', what: t.differentBrands(place, list), mend: t.moveTypes }];
  });
}

/** Where the registry names a property of its own for a subscription type, a workflow has to fill that property. */
export function examineWatchedProperties(info: PortalInfo, registry: Registry, t: DoctorTexts): Finding[] {
  const { properties } = info;
  if (properties === undefined) return [];
  const copies = [...registry.watched].filter(
    ([name, watched]) =>
      watched !== 'portal-wide' && watched.control.kind === 'subscription' && !name.startsWith('hs_'),
  );
  return copies
    .filter(([copy]) => !properties.some(({ name }) => name === copy))
    .map(([copy]) => {
      const finding = { level: 'loss' as const, what: t.copyMissing(copy), mend: t.makeCopy };
      return missing({ part: 'properties', key: copy, finding }, info, t);
    });
}

/** Protected mail reaches people who opted out: its types must exist, and must not sound like marketing. */
export function examineProtectedTypes(info: PortalInfo, registry: Registry, t: DoctorTexts): Finding[] {
  const { types } = info;
  if (types === undefined) return [];
  const keys = [...registry.protectedControls].filter((key) => !isPropertyKey(key));
  return keys.flatMap((key): Finding[] => {
    const type = types.find(({ id }) => id === Number(key.replace(subscriptionKey(''), '')));
    if (type === undefined) {
      const finding = { level: 'risk' as const, what: t.protectedMissing(key), mend: t.correctId };
      return [missing({ part: 'types', key, finding }, info, t)];
    }
    if (!/newsletter|marketing|werbung|programm/i.test(type.name)) return [];
    return [{ level: 'risk', what: t.protectedSounds(key, type.name), mend: t.serviceOnly }];
  });
}

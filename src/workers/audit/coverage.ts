import { asHubSpotTime, type Now } from '../../clocks.ts';
import type { PortalInfo } from '../../hubspot/portal-info.ts';
import type { SubmissionLists } from '../../hubspot/submissions.ts';
import { propertyKey, subscriptionKey } from '../../registry/control.ts';
import type { Registry } from '../../registry/registry.ts';

/**
 * What the portal has and the registry does not know, or what is used against its purpose:
 * - `unknown-type`: a subscription type that is open to everybody who opted out of its company.
 * - `unknown-property`: a contact property named like a block (same beginning as the registry's, or a brand's opt-out).
 * - `unknown-form`: a form whose consent is about a registered type; a return by it would be refused.
 * - `unwritable-property`: a property of the registry that HubSpot will refuse to write: gone, read-only, or without an option.
 * - `promotion-as-service`: a published marketing e-mail under a protected type: it reaches people who opted out.
 * - `unreadable-submissions`: a form whose list of submissions HubSpot does not let us read: its returns cannot be proved (R4).
 */
export const COVERAGE = [
  'unknown-type',
  'unknown-property',
  'unknown-form',
  'unwritable-property',
  'promotion-as-service',
  'unreadable-submissions',
] as const;
export type CoverageFinding = { kind: (typeof COVERAGE)[number]; what: string };

export function findGaps(info: PortalInfo, registry: Registry): CoverageFinding[] {
  const knows = (id: number) => registry.controls.has(subscriptionKey(id));
  const isProtected = (id: number) => registry.protectedControls.has(subscriptionKey(id));
  const find = (kind: CoverageFinding['kind'], items: { id: string | number; name: string }[]): CoverageFinding[] =>
    items.map(({ id, name }) => ({ kind, what: name === '' ? String(id) : `${id} (${name})` }));

  const blocks = [...registry.controls.values()].flatMap(({ control }) =>
    control.kind === 'property' ? [control.name] : [],
  );
  const prefix = commonBeginning(blocks);
  const looksLikeBlock = (name: string) =>
    /^business_unit_optout_/.test(name) || (prefix !== '' && name.startsWith(prefix));
  const known = new Set([...blocks, ...registry.watched.keys()]);
  const isKnownProperty = (name: string) => known.has(name) || registry.protectedControls.has(propertyKey(name));

  return [
    ...find(
      'unknown-type',
      (info.types ?? []).filter(({ id, active }) => active && !knows(id) && !isProtected(id)),
    ),
    ...find(
      'unknown-property',
      (info.properties ?? [])
        .filter(({ name }) => looksLikeBlock(name) && !isKnownProperty(name))
        .map(({ name }) => ({ id: name, name: '' })),
    ),
    ...find(
      'unknown-form',
      (info.forms ?? []).filter(({ id, subscriptions }) => !registry.forms.has(id) && subscriptions.some(knows)),
    ),
    ...find('unwritable-property', unwritable(info, registry)),
    ...find(
      'promotion-as-service',
      (info.emails ?? []).filter(({ subscription }) => isProtected(subscription)),
    ),
  ];
}

/** The registry's forms whose lists of submissions cannot be read; each is asked once. */
export async function findUnreadableLists(
  lists: SubmissionLists,
  { registry, now }: { registry: Registry; now: Now },
): Promise<CoverageFinding[]> {
  const findings: CoverageFinding[] = [];
  for (const id of registry.forms.keys()) {
    const list = await lists.read(id, asHubSpotTime(now()));
    if ('unreadable' in list) findings.push({ kind: 'unreadable-submissions', what: `${id} (${list.unreadable})` });
  }
  return findings;
}

/** The registry's properties that HubSpot will refuse to write, and why. What the token may not see is not missing. */
function unwritable({ properties, unseen }: PortalInfo, registry: Registry): { id: string; name: string }[] {
  if (properties === undefined) return [];
  // A property that is not listed may be one whose entry cannot be read.
  const isWhole = unseen.every(({ part }) => part !== 'properties');
  return [...registry.controls.values()].flatMap(({ control }) => {
    if (control.kind !== 'property') return [];
    const found = properties.find(({ name }) => name === control.name);
    if (found === undefined) return isWhole ? [{ id: control.name, name: 'does not exist' }] : [];
    const missing = [control.blocked, control.open].filter((value) => !takes(found.options, value));
    return [
      ...(found.readOnly ? [{ id: control.name, name: 'is read-only' }] : []),
      ...missing.map((value) => ({ id: control.name, name: `has no option ${value}` })),
    ];
  });
}

/** A property without options takes any value, and an empty value takes the property away. */
const takes = (options: readonly string[], value: string) =>
  options.length === 0 || value === '' || options.includes(value);

/** What most names begin with, up to an underscore: `dsgvo_sperre_`. Empty unless three names share it. */
function commonBeginning(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) {
    const parts = name.split('_');
    for (let length = 1; length < parts.length; length++) {
      const beginning = `${parts.slice(0, length).join('_')}_`;
      counts.set(beginning, (counts.get(beginning) ?? 0) + 1);
    }
  }
  const shared = [...counts].filter(([, count]) => count >= 3 && count > names.length / 2);
  return shared.toSorted(([a], [b]) => b.length - a.length)[0]?.[0] ?? '';
}

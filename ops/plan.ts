import { type Difference, differencesOf } from '../src/registry/difference.ts';
import type { Registry } from '../src/registry/registry.ts';
import { EFFECTS, type Effect, effectsOf } from '../src/rules/registry-effects.ts';
import type { Connection } from './connect.ts';
import { OperatorError } from './connect.ts';
import { planTexts } from './texts/plan.ts';
import type { Speech } from './texts/speech.ts';

/** For how many people a new registry would have each effect, and on what. */
export type PlannedChange = {
  differences: Difference[];
  /** People in the ledger, and how many of them something changes for. */
  contacts: number;
  touched: number;
  effects: (Effect & { people: number })[];
};

/**
 * What a new registry would change, by the ledger: HubSpot is not asked, so what is open or closed there already is counted, too.
 * @throws OperatorError for another portal's registry.
 */
export async function planChange(
  { ledger, registry }: Pick<Connection, 'ledger' | 'registry'>,
  next: Registry,
  onContact: (contacts: number) => void,
): Promise<PlannedChange> {
  if (next.portal !== registry.portal) {
    throw new OperatorError((t) => t.otherPortal(next.portal, registry.portal));
  }
  const planned: PlannedChange = { differences: differencesOf(registry, next), contacts: 0, touched: 0, effects: [] };
  const counts = new Map<string, Effect & { people: number }>();
  await ledger.scan((_, entries) => {
    const effects = effectsOf(entries, registry, next);
    planned.contacts++;
    if (effects.length > 0) planned.touched++;
    for (const effect of effects) {
      const name = `${effect.kind} ${effect.place}`;
      counts.set(name, { ...effect, people: (counts.get(name)?.people ?? 0) + 1 });
    }
    onContact(planned.contacts);
  });
  const order = (kind: Effect['kind']) => EFFECTS.indexOf(kind);
  planned.effects = [...counts.values()].sort((a, b) => order(a.kind) - order(b.kind) || b.people - a.people);
  return planned;
}

/** Whether something is missing in the new registry, or a "no" would be forgotten. */
export function hasGaps({ differences, effects }: PlannedChange): boolean {
  return differences.some(({ hint }) => hint !== undefined) || effects.some(({ kind }) => kind === 'forgets');
}

/** `speech`: in the names of the deployed registry, `next`: in those of the new one. */
export function readablePlan(planned: PlannedChange, speech: Speech, next: Speech): string {
  const words = planTexts[speech.language];
  const named = (place: string) => {
    const [company = place, brand] = place.split('/');
    const told = brand === undefined ? next.names.withNames(company) : next.names.brand(company, brand);
    return told === place ? speech.names.withNames(place) : told;
  };
  const { differences, contacts, touched, effects } = planned;
  return [
    differences.length === 0 ? words.same : words.differences,
    ...differences.flatMap(({ kind, place, from, hint }) => [
      `  ${words[kind]}: ${named(place)}${from === undefined ? '' : ` (${words.before}: ${speech.names.withNames(from)})`}`,
      ...(hint === undefined ? [] : [`    ${words.missing} ${hint}`]),
    ]),
    '',
    words.people(touched, contacts),
    ...effects.map(({ kind, place, people }) => `${String(people).padStart(8)}  ${words[kind]}: ${named(place)}`),
    ...(hasGaps(planned) ? ['', words.gaps] : []),
    '',
  ].join('\n');
}

import type { Twin } from '../local/hubspot/twin.ts';
import { loadRegistry } from '../src/registry/load.ts';
import { arrangeRegistry } from '../src/registry/registry.ts';
import { OPT_OUT } from './soak-events.ts';

export const REGISTRY_FILE = 'registry/noeku.example.yaml';
export const registry = arrangeRegistry(loadRegistry(REGISTRY_FILE));

/** The company of the opt-out. */
export const COMPANY = registry.controls.get(`subscription:${OPT_OUT}`)?.company ?? '';
/** How many of the company's types the opt-out of the company's own leaves to be closed. */
export const STATUSES = (registry.companies.get(COMPANY)?.controls ?? []).filter(
  ({ control }) => control.kind === 'subscription' && control.id !== OPT_OUT,
).length;

let people = 0;

/** New contacts who have opted out in HubSpot; no webhook told. Returns their ids. */
export function newOptOuts({ behaviour, people: acts }: Twin, count: number): string[] {
  const { lostContacts } = behaviour;
  lostContacts.has = () => true;
  const ids = Array.from({ length: count }, () => acts.createContact({ email: `bench-${people++}@example.at` }).id);
  for (const contact of ids) acts.unsubscribeByLink({ contact, subscription: OPT_OUT });
  lostContacts.has = () => false;
  return ids;
}

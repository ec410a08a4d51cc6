import type { Twin } from '../local/hubspot/twin.ts';
import { closedValue } from '../src/registry/control.ts';
import type { Registry } from '../src/registry/registry.ts';
import type { Control } from '../src/registry/schema.ts';
import { OPT_OUT } from './soak-events.ts';

/** When the last control of the company that a contact opted out of was closed, by the twin's own record (ms); undefined while one is open. */
export function closedAt(id: string, twin: Twin, registry: Registry): number | undefined {
  const { company = '' } = registry.controls.get(`subscription:${OPT_OUT}`) ?? {};
  const controls = registry.companies.get(company)?.controls ?? [];
  const times = controls.map(({ control }) => closedSince(id, control, twin));
  return times.includes(undefined) ? undefined : Math.max(...times.flatMap((at) => at ?? []));
}

function closedSince(id: string, control: Control, { portal }: Twin): number | undefined {
  const contact = portal.contact(id);
  if (contact === undefined) return undefined;
  if (control.kind === 'subscription') {
    const { status, timestamp } = portal.status(portal.emailOf(contact), control.id);
    return status === closedValue(control) ? timestamp : undefined;
  }
  const [newest] = contact.properties[control.name] ?? [];
  return newest?.value === closedValue(control) ? newest.timestamp : undefined;
}

import { BATCH_SIZE } from '../../hubspot/batch.ts';
import type { HubSpot } from '../../hubspot/hubspot.ts';
import { legalBasisOf } from '../../hubspot/legal-basis.ts';
import type { ControlKey } from '../../registry/control.ts';
import type { ControlWrite } from '../../rules/plan.ts';

/** One contact's writes: at its address and record, and at the person's other addresses. */
export type Work = {
  contact: string;
  view: { address?: string };
  plan: { writes: readonly ControlWrite[] };
  others: readonly { address: string; write: ControlWrite }[];
};

/** Names the result of a write at another address; the address itself stays out of it. */
export function otherKey({ control }: ControlWrite, index: number): string {
  return `${control.key} (${index})`;
}

/** Per control: HubSpot's time of the write (ms; undefined: somebody else was first), or why it was refused. */
export type WriteResults = Map<ControlKey, WriteResult>;
type WriteResult = { at: number | undefined } | { error: string } | { thrown: unknown };

/** Writes all contacts' differences: statuses in one go, then properties. A call that failed is told in its writes' results. */
export async function writeAll(hubspot: HubSpot, work: readonly Work[]): Promise<Map<string, WriteResults>> {
  const results = new Map<string, WriteResults>(work.map(({ contact }) => [contact, new Map()]));

  const statuses = work.flatMap(({ contact, view: { address }, plan, others }) => {
    const own = plan.writes.flatMap((write) =>
      address === undefined ? [] : statusItem(contact, write.control.key, address, write),
    );
    return [...own, ...others.flatMap((one, i) => statusItem(contact, otherKey(one.write, i), one.address, one.write))];
  });
  if (statuses.length > 0) {
    const outcomes = await hubspot.statuses.write(statuses.map(({ item }) => item));
    outcomes.forEach((outcome, i) => {
      const target = statuses[i];
      if (target === undefined) return;
      const { write: _, ...result } = outcome;
      results.get(target.contact)?.set(target.key, result);
    });
  }

  const updates = work.flatMap(({ contact, plan }) => {
    const properties = plan.writes.flatMap(({ control: { control }, value }) =>
      control.kind === 'property' ? [[control.name, value] as const] : [],
    );
    return properties.length === 0 ? [] : [{ id: contact, properties: Object.fromEntries(properties) }];
  });
  // Where the statuses could not be written HubSpot is away: the properties would only be one more call.
  const away = [...results.values()].flatMap((all) => [...all.values()]).find((one) => 'thrown' in one);
  for (let i = 0; i < updates.length; i += BATCH_SIZE) {
    const part = updates.slice(i, i + BATCH_SIZE);
    const outcomes = away ?? (await hubspot.updateContacts(part).catch((thrown: unknown) => ({ thrown })));
    for (const { id, properties } of part) {
      for (const name of Object.keys(properties)) results.get(id)?.set(`property:${name}`, resultOf(outcomes, id));
    }
  }
  return results;
}

function resultOf(outcomes: Map<string, number | string> | WriteResult, contact: string): WriteResult {
  if (!(outcomes instanceof Map)) return outcomes;
  const outcome = outcomes.get(contact) ?? 'HubSpot did not confirm the write';
  return typeof outcome === 'number' ? { at: outcome } : { error: outcome };
}

function statusItem(contact: string, key: ControlKey, address: string, write: ControlWrite) {
  const { control } = write.control;
  if (control.kind !== 'subscription') return [];
  const item = { address, subscriptionId: control.id, status: write.value, ...legalBasisOf(write) };
  return [{ contact, key, item }];
}

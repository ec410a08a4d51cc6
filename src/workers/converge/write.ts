import { BATCH_SIZE } from '../../hubspot/batch.ts';
import type { HubSpot } from '../../hubspot/hubspot.ts';
import { legalBasisOf } from '../../hubspot/legal-basis.ts';
import type { ContactUpdate, UpdateOutcome } from '../../hubspot/update-contacts.ts';
import type { View } from '../../hubspot/view.ts';
import { propertyKey } from '../../registry/control.ts';
import type { Dossier, Write } from '../../rules/next-step.ts';
import type { ControlWrite } from '../../rules/plan.ts';
import { otherKey, type WriteResult } from '../../rules/written.ts';

/** One contact's writes: at its address and record, and at its other addresses. */
export type Work = { dossier: Pick<Dossier, 'contact'>; view: View; step: Write };

type Results = Map<string, WriteResult>;

/** Writes all contacts' differences: statuses in one go, then properties. The results of a call's writes tell that the call failed. */
export async function writeAll(hubspot: HubSpot, work: readonly Work[]): Promise<Map<string, Results>> {
  const results = new Map<string, Results>(work.map(({ dossier }) => [dossier.contact, new Map()]));
  await writeStatuses(hubspot, work, results);
  await writeProperties(hubspot, work, results);
  return results;
}

async function writeStatuses(hubspot: HubSpot, work: readonly Work[], results: Map<string, Results>): Promise<void> {
  // Closings first: should the time run out, what is left undone opens something.
  const statuses = work.flatMap(statusItems).toSorted((a, b) => Number(a.opens) - Number(b.opens));
  if (statuses.length === 0) return;
  const outcomes = await hubspot.statuses.write(statuses.map(({ item }) => item));
  outcomes.forEach(({ write: _, ...result }, i) => {
    const target = statuses[i];
    if (target !== undefined) results.get(target.contact)?.set(target.name, result);
  });
}

function statusItems({ dossier: { contact }, view, step: { plan, also } }: Work) {
  const own = plan.writes.map((write) => ({ name: write.control.key, hash: view.sight.address?.hash, write }));
  const others = also.map(({ address, write }, i) => ({ name: otherKey(write, i), hash: address, write }));
  return [...own, ...others].flatMap(({ name, hash, write }) => {
    const address = hash === undefined ? undefined : view.addresses.get(hash);
    return address === undefined
      ? []
      : statusItem(write, address).map((item) => ({ contact, name, item, opens: write.direction === 'open' }));
  });
}

function statusItem(write: ControlWrite, address: string) {
  const { control } = write.control;
  if (control.kind !== 'subscription') return [];
  return [{ address, subscriptionId: control.id, status: write.value, ...legalBasisOf(write) }];
}

async function writeProperties(hubspot: HubSpot, work: readonly Work[], results: Map<string, Results>): Promise<void> {
  const updates = work.flatMap(propertyUpdate);
  // Where the statuses could not be written HubSpot is away: the properties would only be one more call.
  const away = [...results.values()].flatMap((all) => [...all.values()]).find((one) => 'thrown' in one);
  for (let i = 0; i < updates.length; i += BATCH_SIZE) {
    const part = updates.slice(i, i + BATCH_SIZE);
    const outcomes = away ?? (await hubspot.updateContacts(part).catch((thrown: unknown) => ({ thrown })));
    for (const { id, properties } of part) {
      for (const name of Object.keys(properties)) results.get(id)?.set(propertyKey(name), resultOf(outcomes, id, name));
    }
  }
}

function propertyUpdate({ dossier, step: { plan } }: Work): ContactUpdate[] {
  const properties = plan.writes.flatMap(({ control: { control }, value }) =>
    control.kind === 'property' ? [[control.name, value] as const] : [],
  );
  return properties.length === 0 ? [] : [{ id: dossier.contact, properties: Object.fromEntries(properties) }];
}

function resultOf(outcomes: Map<string, UpdateOutcome> | WriteResult, contact: string, property: string): WriteResult {
  if (!(outcomes instanceof Map)) return outcomes;
  const { except, ...rest } = outcomes.get(contact) ?? { failed: 'HubSpot did not confirm the write' };
  return except?.[property] ?? rest;
}

import type { Twin } from '../local/hubspot/twin.ts';
import type { LocalStack } from '../local/stack.ts';
import { findBreak } from '../src/ledger/chain.ts';
import { dynamodbLedger } from '../src/ledger/dynamodb-ledger.ts';
import { closedValue } from '../src/registry/control.ts';
import type { Registry } from '../src/registry/registry.ts';
import type { Control } from '../src/registry/schema.ts';
import type { LedgerEntry } from '../src/rules/entry.ts';
import { OPT_OUT } from './soak-events.ts';
import { inParallel } from './soak-post.ts';

/** What was lost of the contacts' opt-outs, and how many entries their ledgers hold. */
export async function check(
  { cloud }: LocalStack,
  twin: Twin,
  registry: Registry,
  contacts: readonly string[],
): Promise<{ lost: string[]; entries: number }> {
  const [table = ''] = cloud.tableNames.values();
  const ledger = dynamodbLedger(cloud.dynamodb, table);
  const lost: string[] = [];
  let entries = 0;
  await inParallel(16, contacts, async (contact) => {
    const history = await ledger.readAll({ portal: registry.portal, contact });
    entries += history.length;
    const faults = [...faultsOfLedger(history), ...openControls(contact, twin, registry)];
    lost.push(...faults.map((fault) => `${contact}: ${fault}`));
  });
  return { lost, entries };
}

function faultsOfLedger(history: readonly LedgerEntry[]): string[] {
  const isRecorded = history.some(({ body }) => body.kind === 'decision' && body.outcome === 'opted-out');
  return [
    ...(findBreak(history) === undefined ? [] : ['broken chain']),
    ...(isRecorded ? [] : ['no opt-out in the ledger']),
  ];
}

/** The controls of the company that HubSpot does not hold closed. */
function openControls(contact: string, twin: Twin, registry: Registry): string[] {
  const { company } = registry.controls.get(`subscription:${OPT_OUT}`) ?? { company: '' };
  const controls = registry.companies.get(company)?.controls ?? [];
  return controls
    .filter(({ control }) => heldBy(contact, control, twin) !== closedValue(control))
    .map(({ key }) => `${key} is open`);
}

function heldBy(id: string, control: Control, { portal }: Twin): string | null | undefined {
  const contact = portal.contact(id);
  if (contact === undefined) return undefined;
  if (control.kind === 'property') return portal.property(contact, control.name);
  return portal.status(portal.emailOf(contact), control.id).status;
}

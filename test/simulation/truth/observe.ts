import type { PortalEvent } from '../../../local/hubspot/portal/types.ts';
import { COPY, registry } from '../registry.ts';
import { addressAt, type Out, type Person } from './person.ts';
import type { Truth } from './truth.ts';

/** The company of each own type's opt-out property. */
const owns = new Map(
  [...registry.companies].map(([key, { own }]) => [
    own.control.kind === 'subscription' ? `hs_email_optout_${own.control.id}` : '',
    key,
  ]),
);

/** What the copy copies. */
const COPIED = 'hs_email_optout_501';

/** Takes down a change in the portal by somebody else than Widerruf. */
export function observe(event: PortalEvent, truth: Truth): void {
  const { type, contact, occurredAt: at, propertyName = '', propertyValue = '', merge } = event;
  const person = truth.person(contact);
  const key = `${contact} ${propertyName} ${propertyValue} ${at}`;
  if (merge !== undefined) observeMerge(person, merge, at, truth);
  if (type !== 'propertyChange' && type !== 'creation') person.eventful = true;
  if (type === 'deletion') person.deletions.push(key);
  if (propertyValue === 'true' && !isRewrittenType(event)) {
    const address = addressAt(person, at);
    const outs = companiesOf(propertyName).map((company) => ({ company, at, key, address }));
    if (propertyName === COPY)
      person.outs.push(...outsCopied(event, truth).map((out) => ({ ...out, at, key, address })));
    else if (propertyName === COPIED && truth.copiedAfterMs !== undefined) truth.uncopied.push(...outs);
    else person.outs.push(...outs);
  }
  const confirmed =
    propertyName === 'hs_emailconfirmationstatus' && registry.policy.confirmedValues.includes(propertyValue);
  if (confirmed) person.confirmations.push({ at, key });
}

/** HubSpot shows the status of the record's new address: nobody said anything at that moment. */
function isRewrittenType({ propertyName = '', actor }: PortalEvent): boolean {
  return owns.has(propertyName) && actor.sourceId?.includes('email address change') === true;
}

/**
 * What a copy says counts from the copy's own time, the only one that is told, and of the address of that time: a "no" is never taken for older. The copy of what
 * Widerruf closed says nothing.
 */
function outsCopied({ contact, occurredAt: at }: PortalEvent, truth: Truth): Out[] {
  const { uncopied, copiedAfterMs = 0 } = truth;
  const isOf = ({ key }: Out) => truth.lineage(contact).some(({ id }) => key.startsWith(`${id} `));
  return uncopied.filter((out) => out.at === at - copiedAfterMs && isOf(out));
}

/** The companies that a contact left when this property became true: all of them when it is the portal-wide opt-out. */
function companiesOf(propertyName: string): string[] {
  if (propertyName === 'hs_email_optout') return [...registry.companies.keys()];
  const company = owns.get(propertyName);
  return company === undefined ? [] : [company];
}

function observeMerge(person: Person, merge: NonNullable<PortalEvent['merge']>, at: number, truth: Truth): void {
  const parts = new Set([merge.primary, ...merge.merged]);
  parts.delete(merge.result);
  if (person.held.length === 0) person.held.push({ address: addressAt(truth.person(merge.primary), at), at });
  for (const id of parts) {
    const part = truth.person(id);
    person.absorbed.push({ id, at, key: `${merge.result} merge ${at}` });
    for (const address of part.addresses) person.addresses.add(address);
    part.eventful = true;
  }
}

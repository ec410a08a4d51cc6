import { hashAddress } from '../address.ts';
import type { HubSpotTime } from '../clocks.ts';
import { type ControlKey, type ControlValue, UNSEEN } from '../registry/control.ts';
import { PORTAL_WIDE_PROPERTY, PORTAL_WIDE_SET } from '../registry/registry.ts';
import { type SeenAddress, type Sight, statusOf } from '../rules/sight.ts';
import { type HeldAddress, readAddressHistories, readHistoriesIfTold } from './address-history.ts';
import { type Contact, findContacts, readDeletedContacts, readTimesSet, wasChanged } from './contacts.ts';
import type { HubSpot } from './hubspot.ts';
import { asksForFlag, asksForStatuses, controlsOf, type Looking } from './looking.ts';
import { mergesOf, type Survivor, survivorOf } from './merged.ts';
import { type Addresses, addressesOf, all, formerOf } from './owned-addresses.ts';
import { type EarlierValues, readEarlierValues } from './property-history.ts';
import type { FoundStatuses } from './read-statuses.ts';

/** What HubSpot shows of one contact, and the addresses, as HubSpot spells them, behind the hashes that the rules see. */
export type View = {
  sight: Sight;
  addresses: ReadonlyMap<string, string>;
  /** HubSpot answers with the record that the contact became part of; what is seen is that record. */
  survivor?: Survivor;
  /** The records that HubSpot names as merged into the contact, with the time of each merge, where HubSpot tells one. */
  merges?: ReadonlyMap<string, HubSpotTime | undefined>;
};

/**
 * Reads all contacts' controls: one call for the contacts, one for the statuses, per hundred of them. A contact that
 * HubSpot does not know and whose address nobody remembers is left out. `addressKey` keys the hashes.
 */
export async function readViews(
  hubspot: HubSpot,
  wanted: ReadonlyMap<string, Looking>,
  addressKey: string,
): Promise<Map<string, View>> {
  const records = await readRecords(hubspot, wanted);
  const earlier = await readEarlierValues(hubspot.send, unknownOf(wanted, records));
  const hash = (address: string) => hashAddress(addressKey, address);
  const owned = new Map(
    [...wanted].map(([id, looking]) => [
      id,
      addressesOf(records.contacts.get(id), records.deleted.get(id), looking.remembered),
    ]),
  );
  const histories = new Map([
    ...(await readAddressHistories(hubspot.send, whoseHistory(wanted, owned, records, hash))),
    ...(await readHistoriesIfTold(hubspot.send, unknownAndChanged(wanted, records))),
  ]);
  const former = new Map(
    [...wanted].map(([id, { former }]) => [
      id,
      formerOf(former === 'unknown' ? [] : former, histories.get(id), owned.get(id)),
    ]),
  );
  const toRead = [...wanted]
    .filter(([, looking]) => asksForStatuses(looking))
    .flatMap(([id]) => [...all(owned.get(id)), ...(former.get(id) ?? [])]);
  const found = toRead.length === 0 ? NO_STATUSES : await hubspot.statuses.find([...new Set(toRead)]);

  const read: Read = { records, owned, histories, former, earlier, found, hash };
  return new Map(
    [...wanted].flatMap(([id, looking]) => {
      const view = viewOf(id, looking, read);
      return view === undefined ? [] : [[id, view]];
    }),
  );
}

/** Everything that was read of all contacts; all but the statuses by contact. */
type Read = {
  records: Records;
  owned: ReadonlyMap<string, Addresses>;
  histories: ReadonlyMap<string, readonly HeldAddress[]>;
  former: ReadonlyMap<string, readonly string[]>;
  earlier: EarlierValues;
  found: FoundStatuses;
  hash: (address: string) => string;
};

function viewOf(id: string, looking: Looking, read: Read): View | undefined {
  const { records, hash } = read;
  const addresses = read.owned.get(id);
  const contact = records.contacts.get(id);
  const isNowhere = contact === undefined && addresses?.primary === undefined;
  if (addresses === undefined || (isNowhere && !records.refused.has(id))) return undefined;
  const seen = (address: string) => seenAt(address, hash(address), read.found);
  const formerOnes = read.former.get(id) ?? [];
  const history = read.histories.get(id)?.map(({ address, at }) => ({ hash: hash(address), from: at }));
  const address = addresses.primary === undefined ? undefined : seen(addresses.primary);
  const portalWideAt = records.portalWideAt.get(id);
  const earlier = read.earlier.get(id);
  const survivor = survivorOf(id, contact);
  return {
    sight: {
      exists: contact !== undefined,
      others: addresses.others.map(seen),
      actual: actualValues(looking, contact, address),
      ...(contact === undefined && records.deleted.has(id) && { archived: true }),
      ...(records.refused.has(id) && { unread: true }),
      ...(address !== undefined && { address }),
      ...(portalWideAt !== undefined && { portalWideAt }),
      ...(earlier !== undefined && { earlier: earlier.values, openedSince: earlier.openedSince }),
      ...(history !== undefined && { held: history }),
      ...(formerOnes.length > 0 && { former: formerOnes.map(seen) }),
    },
    ...(survivor !== undefined && { survivor }),
    ...(contact !== undefined && { merges: mergesOf(contact) }),
    addresses: new Map([...all(addresses), ...formerOnes].map((one) => [hash(one), one])),
  };
}

const NO_STATUSES: FoundStatuses = { statuses: new Map(), unread: new Set() };

function seenAt(address: string, hash: string, { statuses, unread }: FoundStatuses): SeenAddress {
  const held = statuses.get(address);
  if (held === undefined) return { hash };
  return { hash, statuses: held, ...(unread.has(address) && { unread: true }) };
}

type Records = {
  /** Contacts that HubSpot refuses to show. */
  refused: ReadonlySet<string>;
  contacts: ReadonlyMap<string, Contact>;
  /** Contacts that were deleted and can still be read. */
  deleted: ReadonlyMap<string, Contact>;
  portalWideAt: ReadonlyMap<string, HubSpotTime>;
};

async function readRecords({ send }: HubSpot, wanted: ReadonlyMap<string, Looking>): Promise<Records> {
  const controls = [...wanted.values()].flatMap((looking) => controlsOf(looking).map(({ control }) => control));
  const properties = new Set(controls.flatMap((control) => (control.kind === 'property' ? [control.name] : [])));
  const { contacts, refused } = await findContacts(send, [...wanted.keys()], [PORTAL_WIDE_PROPERTY, ...properties]);
  const flagged = [...wanted]
    .filter(([id, looking]) => contacts.get(id)?.properties[PORTAL_WIDE_PROPERTY] === 'true' && asksForFlag(looking))
    .map(([id]) => id);
  const { times: portalWideAt } = await readTimesSet(send, flagged, PORTAL_WIDE_SET);
  // A contact may be deleted before anybody asked for its newest address; the opt-out stays with that address all the same.
  const missing = [...wanted.keys()].filter((id) => !contacts.has(id));
  return { contacts, refused, deleted: await readDeletedContacts(send, missing), portalWideAt };
}

function unknownOf(wanted: ReadonlyMap<string, Looking>, { contacts }: Records) {
  return new Map([...wanted].filter(([id]) => contacts.has(id)).map(([id, { unknown = [] }]) => [id, unknown]));
}

/** Contacts whose address is not the one that the ledger knows, and contacts whose former addresses are asked for. */
function whoseHistory(
  wanted: ReadonlyMap<string, Looking>,
  owned: ReadonlyMap<string, Addresses>,
  { contacts }: Records,
  hash: (address: string) => string,
): string[] {
  return [...wanted].flatMap(([id, { lastHeld, former }]) => {
    const primary = owned.get(id)?.primary;
    if (!contacts.has(id) || primary === undefined) return [];
    const hasChanged = lastHeld !== undefined && hash(primary) !== lastHeld;
    return hasChanged || (former !== undefined && former !== 'unknown') ? [id] : [];
  });
}

/** Contacts of which the ledger knows nothing, and which may have had another address. */
function unknownAndChanged(wanted: ReadonlyMap<string, Looking>, { contacts }: Records): string[] {
  return [...wanted].flatMap(([id, { former }]) => {
    const contact = contacts.get(id);
    return former === 'unknown' && contact?.email !== undefined && wasChanged(contact) ? [id] : [];
  });
}

function actualValues(
  looking: Looking,
  contact: Contact | undefined,
  address: SeenAddress | undefined,
): Record<ControlKey, ControlValue> {
  const actual: Record<ControlKey, ControlValue> = {};
  for (const { key, control: definition } of controlsOf(looking)) {
    if (definition.kind === 'property') {
      if (contact !== undefined) actual[key] = contact.properties[definition.name] ?? '';
    } else if (address?.unread) actual[key] = UNSEEN;
    else if (address?.statuses !== undefined) actual[key] = statusOf(address.statuses, definition.id);
  }
  return actual;
}

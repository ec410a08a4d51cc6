import type { HubSpotTime } from '../clocks.ts';
import { type ControlKey, type ControlValue, NEVER_SET } from '../registry/control.ts';
import type { Holding } from './state.ts';

/**
 * A subscription status as HubSpot shows it; `at`: HubSpot's time of the last change, where HubSpot tells one; `marked`: the status
 * carries the explanation that only we write.
 */
export type ShownStatus = { subscriptionId: number; status: string; source: string; at?: HubSpotTime; marked?: true };

/** An address, by its keyed hash: the rules never see the address itself. `statuses` is missing where HubSpot gave none; `unread`: HubSpot refuses to show them. */
export type SeenAddress = { hash: string; statuses?: readonly ShownStatus[]; unread?: true };

/** What HubSpot shows of one contact, as far as the rules ask. */
export type Sight = {
  /** False: HubSpot has no such contact (any more); only the statuses of its addresses can be seen. */
  exists: boolean;
  /** HubSpot still shows the record that was deleted, with the address that the record held last. */
  archived?: true;
  /** HubSpot refuses to show the contact, and nobody knows whether it exists. */
  unread?: true;
  /** The primary address, which HubSpot mails. */
  address?: SeenAddress;
  /** The contact's other addresses: an opt-out holds for each of them too (R8). */
  others: readonly SeenAddress[];
  /** HubSpot's history of the primary address, oldest first; asked where the address changed. */
  held?: readonly Holding[];
  /** Addresses that were the primary one before, with their statuses; asked with `held`. */
  former?: readonly SeenAddress[];
  /** The value of each control that was asked for, as far as HubSpot shows it. */
  actual: Readonly<Record<ControlKey, ControlValue>>;
  /** What properties held when their company was closed, by HubSpot's history; asked before a lift for those of which nobody knows (R6). */
  earlier?: Readonly<Record<ControlKey, ControlValue>>;
  /** Properties that were closed then, and that somebody else opened before the owner's return; asked with `earlier` (R5). */
  openedSince?: readonly ControlKey[];
  /** Since when HubSpot's "unsubscribed from all" is set; asked only where a lift is due or the contact is looked up (R8). */
  portalWideAt?: HubSpotTime;
};

/** What an address's statuses say of one subscription type; HubSpot leaves out a type that nobody ever set. */
export function statusOf(statuses: readonly ShownStatus[], subscriptionId: number): ControlValue {
  return statuses.find((one) => one.subscriptionId === subscriptionId)?.status ?? NEVER_SET;
}

/** The status of a subscription type at an address, if HubSpot shows this very value. */
export function statusShowing(
  address: SeenAddress | undefined,
  subscriptionId: number,
  value: ControlValue,
): ShownStatus | undefined {
  return address?.statuses?.find((one) => one.subscriptionId === subscriptionId && one.status === value);
}

import type { Core } from './core.ts';
import type { Line } from './journal.ts';
import {
  type Actor,
  normalised,
  type PortalContact,
  type PortalStatus,
  type PortalWide,
  type PropertyVersion,
  type SetReason,
} from './types.ts';

/** How many earlier values of a status are remembered. */
const REMEMBERED = 8;

/** A status to be set; the portal adds the moment. */
export type StatusChange = Omit<PortalStatus, 'timestamp'>;

/**
 * Subscription statuses and portal-wide opt-outs. Both are stored per address, whether or not a contact has the address.
 * Webhooks tell of them as property changes of the contacts that have the address (`contactsWith`).
 */
export class Subscriptions {
  readonly #statuses = new Map<string, Map<number, PortalStatus>>();
  /** What each status was before, and until when (ms), newest first; only the last few, for reads that lag by seconds. */
  readonly #earlier = new Map<string, { status: PortalStatus; until: number }[]>();
  readonly #portalWide = new Map<string, PortalWide>();
  /** What HubSpot's opt-out properties of an address were since the twin began, newest first. */
  readonly #versions = new Map<string, PropertyVersion[]>();
  readonly #core: Core;
  readonly #contactsWith: (address: string) => readonly PortalContact[];

  constructor(core: Core, contactsWith: (address: string) => readonly PortalContact[]) {
    this.#core = core;
    this.#contactsWith = contactsWith;
  }

  /** Takes over a line of an earlier run. */
  load(line: Extract<Line, { address: string }>): void {
    if ('status' in line) this.#put(line.address, line.subscriptionId, line.status);
    else this.#portalWide.set(line.address, line.portalWide);
  }

  lines(): Line[] {
    const statuses = [...this.#statuses].flatMap(([address, ofAddress]) =>
      [...ofAddress].map(([subscriptionId, status]) => ({ address, subscriptionId, status })),
    );
    const portalWide = [...this.#portalWide].map(([address, optOut]) => ({ address, portalWide: optOut }));
    return [...statuses, ...portalWide];
  }

  status(address: string, subscriptionId: number): PortalStatus {
    const neverSet: PortalStatus = { status: 'NOT_SPECIFIED', source: 'Not specified', timestamp: 0 };
    return this.#statuses.get(normalised(address))?.get(subscriptionId) ?? neverSet;
  }

  /** What a status was at a moment (ms) of the last seconds. */
  statusAt(address: string, subscriptionId: number, at: number): PortalStatus {
    const earlier = this.#earlier.get(`${normalised(address)} ${subscriptionId}`) ?? [];
    return earlier.findLast(({ until }) => until > at)?.status ?? this.status(address, subscriptionId);
  }

  /** The portal-wide opt-out of an address, or its end; undefined when there never was one. */
  portalWide(address: string): PortalWide | undefined {
    return this.#portalWide.get(normalised(address));
  }

  /** The versions of one of HubSpot's opt-out properties, newest first. */
  versions(address: string, propertyName: string): readonly PropertyVersion[] {
    return this.#versions.get(`${normalised(address)} ${propertyName}`) ?? [];
  }

  isPortalWide(address: string): boolean {
    return this.portalWide(address)?.optedOut === true;
  }

  /** Sets one status of an address. Nothing is written, and no webhook sent, for what is already so. */
  setStatus(
    address: string,
    subscriptionId: number,
    change: StatusChange,
    actor: Actor,
  ): { status: PortalStatus; reason: SetReason } {
    const key = normalised(address);
    const before = this.status(key, subscriptionId);
    const { subscribeLiftsPortalWide } = this.#core.behaviour;
    const lifts = change.status === 'SUBSCRIBED' && this.isPortalWide(key) && subscribeLiftsPortalWide;
    if (before.status === change.status && !lifts) return { status: before, reason: 'NO_STATUS_CHANGE' };

    const status: PortalStatus = { ...change, timestamp: this.#core.clock() };
    this.#remember(`${key} ${subscriptionId}`, before, status.timestamp);
    this.#put(key, subscriptionId, status);
    this.#core.journal.append({ address: key, subscriptionId, status });
    const [was, is] = [before.status === 'UNSUBSCRIBED', status.status === 'UNSUBSCRIBED'];
    const optOut = { optedOut: is, timestamp: status.timestamp };
    if (was !== is) this.#tell(key, `hs_email_optout_${subscriptionId}`, optOut, actor);
    if (lifts) this.endOptOutOfAll(key, actor);
    return { status, reason: lifts || was ? 'RESUBSCRIBE_OCCURRED' : 'REQUESTED_CHANGE_OCCURRED' };
  }

  /** "Unsubscribe from all". */
  optOutOfAll(address: string, actor: Actor): void {
    if (this.isPortalWide(address)) return;
    this.#setPortalWide(address, { optedOut: true, timestamp: this.#core.clock() }, actor);
  }

  endOptOutOfAll(address: string, actor: Actor): void {
    if (!this.isPortalWide(address)) return;
    this.#setPortalWide(address, { optedOut: false, timestamp: this.#core.clock() }, actor);
  }

  #setPortalWide(address: string, portalWide: PortalWide, actor: Actor): void {
    const key = normalised(address);
    this.#portalWide.set(key, portalWide);
    this.#core.journal.append({ address: key, portalWide });
    this.#tell(key, 'hs_email_optout', portalWide, actor);
  }

  #remember(key: string, status: PortalStatus, until: number): void {
    this.#earlier.set(key, [{ status, until }, ...(this.#earlier.get(key) ?? [])].slice(0, REMEMBERED));
  }

  #put(address: string, subscriptionId: number, status: PortalStatus): void {
    const ofAddress = this.#statuses.get(address) ?? new Map<number, PortalStatus>();
    this.#statuses.set(address, ofAddress.set(subscriptionId, status));
  }

  #tell(address: string, propertyName: string, { optedOut, timestamp }: PortalWide, actor: Actor): void {
    const propertyValue = optedOut ? 'true' : 'false';
    const version = { value: optedOut ? 'true' : '', timestamp, sourceType: 'EMAIL' };
    const key = `${address} ${propertyName}`;
    this.#versions.set(key, [version, ...(this.#versions.get(key) ?? [])]);
    for (const record of this.#contactsWith(address)) {
      // The opt-out properties are properties: a record's time of its last change follows.
      record.updatedAt = timestamp;
      const { id: contact } = record;
      const event = { contact, occurredAt: timestamp, actor, propertyName, propertyValue };
      this.#core.tell({ type: 'propertyChange', ...event });
    }
  }
}

import type { Behaviour } from '../behaviour.ts';
import type { PortalEvent } from '../portal/types.ts';
import { type Delivery, type DeliveryOptions, deliverEvents, deliverWorkflow, type Target } from './delivery.ts';
import { machine, type Network } from './network.ts';
import { Outbox } from './outbox.ts';
import { type WireEvent, wireEventsOf } from './wire-events.ts';

export type SenderOptions = {
  /** HubSpot account id. */
  portal: number;
  /** The app's client secret, by which requests are signed. */
  secret: string;
  behaviour: Behaviour;
  clock: () => number;
  random: () => number;
  /** Whether the app subscribed to changes of a property. */
  watches: (property: string) => boolean;
  /** Whether creations, deletions, restores and merges are told too. */
  recordEvents: boolean;
  /** Told of each batch of events that is lost or sent twice. */
  strikes?: (fault: 'lost' | 'duplicates') => void;
  /** Default: this machine's. */
  network?: Network;
};

/** Sends webhooks as HubSpot does: signed, in batches of up to 100, tried again when not answered 2xx. */
export class Sender {
  /** Answers to all tries, newest last. */
  readonly deliveries: Delivery[] = [];
  readonly #options: SenderOptions;
  readonly #delivery: DeliveryOptions;
  readonly #outbox: Outbox;
  readonly #wireEvents: (event: PortalEvent) => WireEvent[];
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #target: Target | undefined;

  constructor(options: SenderOptions) {
    const { portal, behaviour, random, network = machine } = options;
    const stopping = this.#stopping.signal;
    this.#options = options;
    this.#wireEvents = wireEventsOf(portal, behaviour);
    this.#delivery = {
      ...options,
      network,
      stopping,
      target: () => this.#target,
      delivered: (delivery) => this.deliveries.push(delivery),
    };
    this.#outbox = new Outbox({
      behaviour,
      random,
      strikes: options.strikes ?? (() => undefined),
      sleep: (ms) => network.sleep(ms, stopping),
      deliver: (batch) => deliverEvents(batch, this.#delivery),
      track: (work) => this.#track(work),
    });
  }

  /** From now on webhooks go there, those included that waited for somebody to listen. */
  connect(target: Target): void {
    this.#target = target;
    this.#outbox.open();
  }

  /** Tells of a change, if the app subscribed to it. */
  tell(event: PortalEvent): void {
    const { behaviour, recordEvents, watches } = this.#options;
    const isWanted = event.propertyName === undefined ? recordEvents : watches(event.propertyName);
    if (isWanted && !behaviour.lostContacts.has(event.contact)) this.#outbox.add(this.#wireEvents(event));
  }

  /** Sends events as they are, e.g. of an unknown type. */
  send(events: readonly WireEvent[]): void {
    this.#outbox.add(events);
  }

  /** Sends what a workflow's "Send a webhook" sends. */
  workflow(body: object): void {
    this.#track(deliverWorkflow(body, this.#delivery));
  }

  /** Sends what `behaviour.hold` held back. */
  release(): void {
    this.#outbox.release();
  }

  /** Resolves when nothing is on its way or waiting for a retry. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#underWay);
  }

  /** Failed work is over as well: a webhook that could not be sent is lost. */
  #track(work: Promise<void>): void {
    const safe = work.catch(() => undefined).finally(() => this.#underWay.delete(safe));
    this.#underWay.add(safe);
  }
}

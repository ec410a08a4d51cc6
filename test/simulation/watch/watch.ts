import type { LedgerEntry } from '../../../src/rules/entry.ts';
import { registry } from '../registry.ts';
import type { World } from '../world/world.ts';
import { attachTo } from './attach.ts';
import { Closings, controlOf } from './closings.ts';
import { checkEntry } from './entries.ts';
import { Violation } from './violation.ts';

/** Watches every change of the portal and every entry of the ledger while a run goes on. */
export class Watch {
  readonly violations: Violation[] = [];
  readonly #closings = new Closings();
  #world: World | undefined;

  /** Controls that Widerruf ever wrote, by contact's address or id. */
  get written(): ReadonlySet<string> {
    return this.#closings.written;
  }

  readonly violated = (invariant: string, message: string): void => {
    this.violations.push(new Violation(invariant, message));
  };

  readonly attach = (world: World): void => {
    this.#world = world;
    world.truth.isTakenForEcho = (contact, company, at) => {
      const own = registry.companies.get(company)?.own.key;
      const keys = [...world.truth.person(contact).addresses].map((address) => `${address} ${own}`);
      return keys.some((key) => this.mayBeEcho(key, at) && this.#closings.wasOpenedAround(key, at));
    };
    attachTo(world.twin, {
      note: (key, before, after) => this.#note(world, key, before, after),
      merged: (from, to) => this.#closings.handOn(from, to),
      named: (address) => this.#checkSpelling(address, world),
    });
  };

  /** Told of every entry as it is appended, with the entries that stand before it. */
  readonly appended = (entry: LedgerEntry, before: readonly LedgerEntry[]): void => {
    if (this.#world === undefined) return;
    const decisions = before.flatMap(({ body }) => (body.kind === 'decision' ? [body] : []));
    const { violated } = this;
    checkEntry({ world: this.#world, closings: this.#closings, violated, entry, before, decisions });
  };

  /** Whether an opt-out may pass for the echo of our own closing. */
  readonly mayBeEcho = (key: string, at: number): boolean => this.#closings.mayBeEcho(key, at);

  /**
   * Whether what a workflow told late of our closing may count as a "no": HubSpot cannot be asked, or shows only what came after the telling
   * (docs/reliability.md).
   */
  readonly mayCountAsNo = (contact: string, key: string): boolean => {
    const { echoAfterMs, conflictOf, spoiled } = this.#world?.scenario.odd ?? {};
    if (echoAfterMs === undefined || !this.#closings.wereEverOurs(key)) return false;
    const isSpoiled = spoiled?.contact === contact && !/update|write/.test(spoiled.path);
    const isUnreadable = conflictOf === contact || isSpoiled;
    const company = registry.controls.get(controlOf(key))?.company ?? '';
    const returned = Math.max(0, ...(this.#world?.truth.returns(contact, company) ?? []).map(({ at }) => at));
    return isUnreadable || this.#closings.wasOpenedWhileTold(key, echoAfterMs, returned);
  };

  /**
   * Whether somebody opened a type in the seconds in which HubSpot wrote the record's properties for another address: the status that knew since when the
   * address was closed is gone then, and the property counts as a "no" (docs/reliability.md).
   */
  readonly wasOpenedAsRewritten = (contact: string, key: string): boolean =>
    this.#world?.truth.person(contact).held.some(({ at }) => this.#closings.wasOpenedAround(key, at)) === true;

  /** When somebody else opened a control that others had closed, if nothing changed since, ms. */
  readonly openedAt = (key: string): number | undefined => this.#closings.openedAt(key);

  readonly closedByUs = (key: string): boolean => this.#closings.isOurs(key);

  #note(world: World, key: string, before: string, after: string): void {
    const by = world.isOurs() ? 'us' : 'others';
    if (by === 'us') this.#checkMayWrite(key);
    this.#closings.note({ key, before, after, by, at: world.scheduler.now });
  }

  /** HubSpot is called with an address as HubSpot gave the address. */
  #checkSpelling(address: string, { truth, isOurs }: World): void {
    if (!isOurs() || truth.spellings.has(address)) return;
    this.violated(
      'HubSpot’s own spelling',
      `HubSpot was asked about ${address}, and gave ${[...truth.spellings].join(', ')}`,
    );
  }

  #checkMayWrite(key: string): void {
    const control = controlOf(key);
    if (registry.protectedControls.has(control)) this.violated('(c) protected', `${key} was written`);
    if (!registry.controls.has(control)) this.violated('(c) protected', `${key} is nothing of ours and was written`);
  }
}

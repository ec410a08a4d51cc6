import type { StatusValue } from '../../../local/hubspot/portal/types.ts';
import { closedValue } from '../../../src/registry/control.ts';
import type { LedgerEntry } from '../../../src/rules/entry.ts';
import { WRITE_MAY_TAKE_MS } from '../../../src/rules/evolve.ts';
import { registry } from '../registry.ts';
import type { World } from '../world/world.ts';
import { shownOptOuts } from './shown.ts';

/** What HubSpot has shown for so long must be known to a worker that is about to lift, ms. */
const KNOWABLE_MS = 60_000;

/** An invariant that does not hold; the name tells which. */
export class Violation extends Error {
  readonly invariant: string;
  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

/** Who closed a control last, and what it held before. */
type Closing = { by: 'us'; before: Set<string> } | { by: 'others'; at: number };

/** Watches every change of the portal and every entry of the ledger while a run goes on. */
export function createWatch() {
  const violations: Violation[] = [];
  const closings = new Map<string, Closing>();
  /** When Widerruf closed what, ms. */
  const ourClosings = new Map<string, number[]>();
  /** When somebody else opened what was closed, ms. */
  const openings = new Map<string, number[]>();
  /** Controls that Widerruf ever wrote, by contact's address or id. */
  const written = new Set<string>();
  let world: World | undefined;
  const violated = (invariant: string, message: string) => violations.push(new Violation(invariant, message));

  function attach(to: World): void {
    world = to;
    to.truth.isTakenForEcho = (contact, company, at) => {
      const own = registry.companies.get(company)?.own.key;
      const isNear = (other: number) => Math.abs(at - other) <= registry.policy.echoWindowMs;
      return [...to.truth.person(contact).addresses].some(
        (address) => mayBeEcho(`${address} ${own}`, at) && (openings.get(`${address} ${own}`) ?? []).some(isNear),
      );
    };
    const { portal } = to.twin;
    const { setStatus, setProperty } = portal;
    portal.setStatus = (address, type, change, actor) => {
      const before = portal.status(address, type).status;
      const result = setStatus.call(portal, address, type, change, actor);
      note(`${address.trim().toLowerCase()} subscription:${type}`, before, result.status.status, 'UNSUBSCRIBED');
      return result;
    };
    const { merge } = portal;
    portal.merge = (primary, other, actor) => {
      const result = merge.call(portal, primary, other, actor);
      for (const from of [primary, other]) handOn(from.id, result.id);
      return result;
    };
    portal.setProperty = (contact, name, value, actor) => {
      const before = portal.property(contact, name) ?? '';
      setProperty.call(portal, contact, name, value, actor);
      const control = registry.controls.get(`property:${name}`)?.control;
      note(`${contact.id} property:${name}`, before, value, control === undefined ? undefined : closedValue(control));
    };
  }

  /** A merge hands blocks on to a contact that had none. */
  function handOn(from: string, to: string): void {
    for (const key of registry.controls.keys()) {
      const closing = closings.get(`${from} ${key}`);
      if (key.startsWith('property:') && closing !== undefined && !closings.has(`${to} ${key}`))
        closings.set(`${to} ${key}`, closing);
    }
  }

  function note(key: string, before: string, after: string, closed: StatusValue | string | undefined): void {
    const control = key.slice(key.indexOf(' ') + 1);
    const ours = world?.isOurs() === true;
    if (ours) {
      written.add(key);
      if (registry.protectedControls.has(control)) violated('(c) protected', `${key} was written`);
      if (!registry.controls.has(control)) violated('(c) protected', `${key} is nothing of ours and was written`);
    }
    if (before === closed && before !== after && !ours)
      openings.set(key, [...(openings.get(key) ?? []), world?.scheduler.now ?? 0]);
    if (before === after || after !== closed) return;
    const known = closings.get(key);
    if (ours) ourClosings.set(key, [...(ourClosings.get(key) ?? []), world?.scheduler.now ?? 0]);
    if (ours) closings.set(key, { by: 'us', before: new Set([...(known?.by === 'us' ? known.before : []), before]) });
    else closings.set(key, { by: 'others', at: world?.scheduler.now ?? 0 });
  }

  /** Every entry as it is appended: R4 on returns, R6 on whatever is about to be opened. */
  function appended({ contact, body, personal }: LedgerEntry, before: readonly LedgerEntry[]): void {
    if (world === undefined) return;
    const { truth } = world;
    if (body.kind === 'decision') {
      for (const change of body.changes) {
        if (change.type !== 'return') continue;
        const real = truth
          .returns(contact, change.company)
          .some(({ at, form }) => at === change.return.at && form === change.return.form);
        // A merged contact's submission is decided as its survivor's, possibly before the truth hears of the merge: never.
        if (!real) violated('R4', `contact ${contact} returned to ${change.company} without the owner’s own form`);
      }
      return;
    }
    if (body.kind !== 'planned') return;
    const decisions = before.flatMap((entry) => (entry.body.kind === 'decision' ? [entry.body] : []));
    const changes = decisions.flatMap((decision) => decision.changes);
    for (const [key, value] of Object.entries(body.intended)) {
      const placed = registry.controls.get(key);
      if (placed === undefined) {
        violated('(c) protected', `${key} is planned`);
        continue;
      }
      if (value === closedValue(placed.control)) continue;
      const returns = changes.flatMap((change) =>
        change.type === 'return' && change.company === placed.company ? [change.return] : [],
      );
      if (returns.length === 0) {
        violated('(b) no opening without a form', `${key} of contact ${contact}`);
        continue;
      }
      const shown = shownOptOuts(world, closedByUs).get(`${contact} ${placed.company}`);
      if (shown !== undefined && shown < world.scheduler.now - KNOWABLE_MS && returns.every(({ at }) => at <= shown)) {
        violated(
          'R9',
          `${key} of contact ${contact} would be opened over the opt-out of ${new Date(shown).toISOString()}`,
        );
      }
      const named = returns.some(
        (back) =>
          placed.brand === undefined ||
          (back.brand === placed.brand && (placed.newsletter === undefined || placed.newsletter === back.newsletter)),
      );
      if (named) continue;
      if (placed.newsletter !== undefined) {
        violated('R6', `newsletter ${key} of contact ${contact} would be opened, though no form names it`);
        continue;
      }
      // An erased contact's entries no longer say which address they are about.
      const addresses = personal?.address === undefined ? [...truth.person(contact).addresses] : [personal.address];
      const keys = placed.control.kind === 'property' ? [contact] : addresses;
      const known = keys.flatMap((one) => closings.get(`${one} ${key}`) ?? []);
      const closing = known.find(({ by }) => by === 'us') ?? known[0];
      const found = changes.some(
        (change) =>
          change.type === 'company-opt-out' &&
          change.source.channel === 'audit' &&
          change.companies.includes(placed.company),
      );
      if (placed.control.kind === 'property' && found) continue;
      if (closing?.by === 'us') {
        const held = [...closing.before];
        const asOpen = (one: string) =>
          one === value || one === 'SUBSCRIBED' || (placed.control.kind === 'property' && one !== 'true');
        if (!held.some(asOpen))
          violated(
            'R6',
            `${key} of contact ${contact} would be ${value}; before the fan-out it was ${held.join(', ')}`,
          );
        continue;
      }
      const neverOurs =
        placed.control.kind === 'subscription' && keys.every((one) => !ourClosings.has(`${one} ${key}`));
      const told =
        closing === undefined ||
        (neverOurs && !mayBePlanned(before, key, closing.at)) ||
        decisions.some(
          ({ signal, occurredAt }) => signal?.control === key && signal.to === 'closed' && occurredAt === closing.at,
        );
      if (told) violated('R6', `${key} of contact ${contact} would be ${value}, though Widerruf did not close it`);
    }
  }

  /** Whether an opt-out may pass for the echo of our own closing (docs/decisions/0003-echoes.md). */
  const mayBeEcho = (key: string, at: number) =>
    (ourClosings.get(key) ?? []).some((ours) => Math.abs(at - ours) <= registry.policy.echoWindowMs);
  /** Whether somebody's closing may pass for one of ours that was planned and never landed. */
  const mayBePlanned = (entries: readonly LedgerEntry[], key: string, at: number) =>
    entries.some(
      ({ body, recordedAt }) =>
        body.kind === 'planned' &&
        key in body.intended &&
        at >= recordedAt - registry.policy.echoWindowMs &&
        at <= recordedAt + WRITE_MAY_TAKE_MS + registry.policy.echoWindowMs,
    );
  const closedByUs = (key: string) => closings.get(key)?.by === 'us';
  return {
    violations,
    written,
    attach,
    appended,
    violated,
    mayBeEcho,
    closedByUs,
  };
}
export type Watch = ReturnType<typeof createWatch>;

import { closedValue } from '../../../src/registry/control.ts';
import { SHOWN_LATE_MS } from '../../../src/rules/set-by-us.ts';
import { registry } from '../registry.ts';

/** Who closed a control last, and what it held before. `at`: ms. */
export type Closing = { by: 'us'; before: Set<string> } | { by: 'others'; at: number };

/** A change of a control's value. `key`: the contact's address (of a subscription) or id (of a property), and the control's key. */
export type Change = { key: string; before: string; after: string; by: 'us' | 'others'; at: number };

/** Who closed and opened which controls when, of every contact and address. */
export class Closings {
  /** Controls that Widerruf ever wrote. */
  readonly written = new Set<string>();
  readonly #last = new Map<string, Closing>();
  /** When Widerruf closed a control, ms. */
  readonly #ours = new Map<string, number[]>();
  /** When somebody else opened a control that was closed, ms. */
  readonly #openings = new Map<string, number[]>();
  /** Of controls that others had closed, and whose last change was an opening by others: when that was, ms. */
  readonly #openedBy = new Map<string, number>();

  note({ key, before, after, by, at }: Change): void {
    if (by === 'us') this.written.add(key);
    const closed = closedValueOf(key);
    if (before === after) return;
    if (before === closed) this.#openedBy.delete(key);
    if (before === closed && by === 'others') {
      append(this.#openings, key, at);
      if (this.#last.get(key)?.by === 'others') this.#openedBy.set(key, at);
    }
    if (after !== closed) return;
    this.#openedBy.delete(key);
    if (by === 'us') this.#noteOurs(key, before, at);
    else this.#last.set(key, { by, at });
  }

  #noteOurs(key: string, before: string, at: number): void {
    const known = this.#last.get(key);
    append(this.#ours, key, at);
    this.#last.set(key, { by: 'us', before: new Set([...(known?.by === 'us' ? known.before : []), before]) });
  }

  /** A merge hands blocks on to a contact that had none. */
  handOn(from: string, to: string): void {
    for (const key of registry.controls.keys()) {
      const closing = this.#last.get(`${from} ${key}`);
      if (key.startsWith('property:') && closing !== undefined && !this.#last.has(`${to} ${key}`))
        this.#last.set(`${to} ${key}`, closing);
    }
  }

  /** When somebody else opened a control that others had closed, if nothing changed since, ms. */
  openedAt(key: string): number | undefined {
    return this.#openedBy.get(key);
  }

  last(key: string): Closing | undefined {
    return this.#last.get(key);
  }

  isOurs(key: string): boolean {
    return this.#last.get(key)?.by === 'us';
  }

  wereEverOurs(key: string): boolean {
    return this.#ours.has(key);
  }

  /** Whether an opt-out may pass for the echo of our own closing (docs/decisions/0003-echoes.md). */
  mayBeEcho(key: string, at: number): boolean {
    return (this.#ours.get(key) ?? []).some((ours) => isNear(ours, at));
  }

  /** Whether somebody else opened the control in the moments around `at`. */
  wasOpenedAround(key: string, at: number): boolean {
    return (this.#openings.get(key) ?? []).some((opening) => isNear(opening, at));
  }

  /**
   * Whether somebody else opened the control while a slow way told of our closing, `afterMs` later, or before that and later than `since` (ms): HubSpot then
   * shows the opening only.
   */
  wasOpenedWhileTold(key: string, afterMs: number, since: number): boolean {
    return (this.#openings.get(key) ?? []).some((opening) =>
      (this.#ours.get(key) ?? []).some((at) => {
        const isLater = opening >= at + afterMs || (opening >= at && opening > since);
        return isLater && opening <= at + afterMs + SHOWN_LATE_MS;
      }),
    );
  }
}

function isNear(moment: number, other: number): boolean {
  return Math.abs(moment - other) <= registry.policy.echoWindowMs;
}

function append(moments: Map<string, number[]>, key: string, at: number): void {
  moments.set(key, [...(moments.get(key) ?? []), at]);
}

/** The value that closes the control of a key; undefined where the property is none of the registry's. */
function closedValueOf(key: string): string | undefined {
  const name = controlOf(key);
  if (name.startsWith('subscription:')) return 'UNSUBSCRIBED';
  const control = registry.controls.get(name)?.control;
  return control === undefined ? undefined : closedValue(control);
}

/** The control's own key in the key of a change. */
export function controlOf(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}

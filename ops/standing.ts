import { iso } from '../src/clocks.ts';
import { type ControlKey, type ControlValue, closedValue, isNeverSet } from '../src/registry/control.ts';
import type { Registry } from '../src/registry/registry.ts';
import { type ContactState, companyState, isOptedOut, type Proof } from '../src/rules/state.ts';

/** Where a contact stands with one company, by the ledger. */
export type CompanyStanding = {
  company: string;
  name: string;
  standing: 'opted-out' | 'returned' | 'awaiting' | 'nothing';
  since?: string;
  source?: Record<string, unknown>;
  form?: string;
  /** How the return was proved. */
  proof?: Proof;
};

/** One control: what HubSpot holds, and the person's own "no" to it. */
export type ControlStanding = {
  company: string;
  brand?: string;
  newsletter?: string;
  control: ControlKey;
  /** What HubSpot holds, and what that means; undefined where it shows nothing. */
  value?: string;
  closed?: boolean;
  /** Nobody ever set the control: it is open, and nobody said so. */
  neverSet?: true;
  ownNoSince?: string;
};

export function standingOf(company: string, name: string, state: ContactState): CompanyStanding {
  const current = companyState(state, company);
  const back = current.returns.at(-1);
  const pending = current.awaiting.at(-1);
  if (isOptedOut(current) && current.optOut !== undefined) {
    const { at, source } = current.optOut;
    const waits = pending === undefined ? {} : { standing: 'awaiting' as const, form: pending.form };
    return { company, name, standing: 'opted-out', since: iso(at), source, ...waits };
  }
  if (back !== undefined) {
    const proof = back.proof === undefined ? {} : { proof: back.proof };
    return { company, name, standing: 'returned', since: iso(back.at), form: back.form, ...proof };
  }
  return { company, name, standing: 'nothing' };
}

/** Every control of the registry. `values`: what HubSpot holds, as far as that is known. */
export function controlsOf(
  values: Readonly<Record<ControlKey, ControlValue>>,
  state: ContactState,
  registry: Registry,
): ControlStanding[] {
  return [...registry.controls.values()].map(({ key, control, company, brand, newsletter }) => {
    const value = values[key];
    const ownNo = state.ownNo[key];
    return {
      company,
      ...(brand !== undefined && { brand }),
      ...(newsletter !== undefined && { newsletter }),
      control: key,
      ...(value !== undefined && { value, closed: value === closedValue(control) }),
      ...(value !== undefined && isNeverSet(value, control) && { neverSet: true as const }),
      ...(ownNo !== undefined && { ownNoSince: iso(ownNo) }),
    };
  });
}

import type { Now } from '../../clocks.ts';
import type { HubSpot } from '../../hubspot/hubspot.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Registry } from '../../registry/registry.ts';

/** What a convergence works with. */
export type ConvergeDeps = {
  registry: Registry;
  ledger: Ledger;
  hubspot: HubSpot;
  now: Now;
  /** Keys the hashes of addresses. */
  addressKey: string;
  /** A fresh random text for salting personal data. */
  salt: () => string;
};

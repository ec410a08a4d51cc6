import type { Now } from '../../clocks.ts';
import type { HubSpot } from '../../hubspot/hubspot.ts';
import type { Send } from '../../hubspot/transport.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ConvergenceRequest } from '../../queues/convergence-request.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Signal } from '../../signals/signal.ts';

/** What an audit works with. */
export type AuditDeps = {
  registry: Registry;
  ledger: Ledger;
  hubspot: HubSpot;
  /** Paced for the search's own limit of about five a second. */
  search: Send;
  /** `report`: nothing is repaired. */
  mode: 'repair' | 'report';
  queueSignals: (signals: readonly Signal[]) => Promise<void>;
  request: (requests: readonly ConvergenceRequest[]) => Promise<void>;
  /** Keys the hashes of addresses. */
  addressKey: string;
  now: Now;
};

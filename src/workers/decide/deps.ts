import type { Now } from '../../clocks.ts';
import type { HubSpot } from '../../hubspot/hubspot.ts';
import type { SubmissionLists } from '../../hubspot/submissions.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ConvergenceRequest } from '../../queues/convergence-request.ts';
import type { FailureDeps } from '../../queues/failures.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';

/** What decide works with. */
export type DecideDeps = {
  registry: Registry;
  ledger: Ledger;
  /** The ledger of a whole batch, in which each contact is read once. */
  known?: Ledger;
  hubspot: HubSpot;
  /** One for a whole batch, so that each form is asked once. */
  lists?: SubmissionLists;
  request: (requests: readonly ConvergenceRequest[]) => Promise<void>;
  failures: FailureDeps;
  telemetry: Telemetry;
  now: Now;
  /** A fresh random text for salting personal data. */
  salt: () => string;
  /** Keys the hashes of addresses. */
  addressKey: string;
};

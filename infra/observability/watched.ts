import type { Ingress } from '../ingress.ts';
import type { LedgerTable } from '../ledger.ts';
import type { Queues } from '../queues.ts';
import type { Stage } from '../stage.ts';
import type { Workers } from '../workers.ts';

/** What dashboard, alarms and saved queries look at. */
export type Watched = {
  readonly stage: Stage;
  readonly queues: Queues;
  readonly ledger: LedgerTable;
  readonly ingress: Ingress;
  readonly workers: Workers;
};

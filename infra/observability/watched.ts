import type { Stage } from '../../stages/stage.ts';
import type { Ingress } from '../ingress.ts';
import type { LedgerTable } from '../ledger.ts';
import type { Queues } from '../queues.ts';
import type { WiderrufFunction } from '../widerruf-function.ts';
import type { Workers } from '../workers.ts';

/** What dashboard, alarms and saved queries look at. */
export type Watched = {
  readonly stage: Stage;
  readonly queues: Queues;
  readonly ledger: LedgerTable;
  readonly ingress: Ingress;
  readonly workers: Workers;
};

/** The functions of a stage, receive first. */
export function functionsOf({ ingress, workers }: Watched): WiderrufFunction[] {
  return [ingress.receive, workers.decide, workers.converge, workers.audit, workers.canary].filter(
    (one) => one !== undefined,
  );
}

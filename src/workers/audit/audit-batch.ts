import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { PermanentError, reasonOf } from '../../errors.ts';
import { type AuditRequest, AuditRequestSchema, MOST_SLICES } from '../../queues/audit-request.ts';
import { type FailureDeps, settleFailures } from '../../queues/failures.ts';
import { readBody } from '../../queues/read-body.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { audit } from './audit.ts';
import type { AuditDeps } from './deps.ts';
import { isUnseen } from './page.ts';
import { type AuditReport, readableReport, reportOf } from './report.ts';
import { settleWaits } from './settle-waits.ts';

export type AuditBatchDeps = AuditDeps & {
  /** Queues the rest of a run. */
  goOn: (run: AuditRequest) => Promise<void>;
  /** Keeps a report; `name` without an extension. */
  keep: (name: string, report: AuditReport, text: string) => Promise<void>;
  failures: FailureDeps;
  telemetry: Telemetry;
};

/** Works on a run until it is done or `mayGoOn` says no; then the rest is queued, so that Lambda's 15 minutes do not bound a run. */
export async function auditBatch(
  event: SQSEvent,
  deps: AuditBatchDeps,
  mayGoOn: () => boolean,
): Promise<SQSBatchResponse> {
  const failed: { record: SQSRecord; error: unknown }[] = [];
  for (const record of event.Records) {
    try {
      await work(readBody(record.body, AuditRequestSchema), deps, mayGoOn);
    } catch (error) {
      failed.push({ record, error });
    }
  }
  return { batchItemFailures: await settleFailures(failed, deps.failures) };
}

async function work(request: AuditRequest, deps: AuditBatchDeps, mayGoOn: () => boolean): Promise<void> {
  if (request.slice > MOST_SLICES) throw new PermanentError(`the audit is not done after ${MOST_SLICES} slices`);
  if (request.startedAt === undefined) await settle(deps);
  const { done, run } = await audit(request, deps, mayGoOn);
  if (done) await finish(run, deps);
  else await deps.goOn({ ...run, slice: run.slice + 1 });
}

/** Without the index of waits (a table that was restored from before the index) the sweep finds the same contacts, later. */
async function settle(deps: AuditBatchDeps): Promise<void> {
  try {
    deps.telemetry.logger.info('waits settled', { contacts: await settleWaits(deps) });
  } catch (error) {
    deps.telemetry.logger.warn('waits not settled', { reason: reasonOf(error) });
  }
}

async function finish(run: AuditRequest & { startedAt: number }, deps: AuditBatchDeps): Promise<void> {
  const report = reportOf(run, deps.mode, deps.now());
  await deps.keep(report.startedAt.replaceAll(':', '-'), report, readableReport(report));
  const { findings, contacts, mode, unseen } = report;
  deps.telemetry.logger.info('audit finished', { contacts, mode, findings, unseen });
  for (const [finding, count] of Object.entries(findings)) deps.telemetry.measure('AuditFinding', count, { finding });
  for (const { part } of unseen) deps.telemetry.measure('AuditUnseen', 1, { part });
  deps.telemetry.measure('AuditContacts', contacts);
  // An audit that saw no or not all contacts is none: the alarm for an overdue audit tells.
  if (!isUnseen(run, 'contacts')) deps.telemetry.measure('AuditFinished', 1);
}

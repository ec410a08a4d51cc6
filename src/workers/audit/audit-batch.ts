import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type AuditRequest, AuditRequestSchema } from '../../queues/audit-request.ts';
import { type FailureDeps, settleFailures } from '../../queues/failures.ts';
import { readBody } from '../../queues/read-body.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { audit } from './audit.ts';
import type { AuditDeps } from './deps.ts';
import { isUnseen } from './page.ts';
import { type AuditReport, readableReport, reportOf } from './report.ts';

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
      const { done, run } = await audit(readBody(record.body, AuditRequestSchema), deps, mayGoOn);
      if (done) await finish(run, deps);
      else await deps.goOn(run);
    } catch (error) {
      failed.push({ record, error });
    }
  }
  return { batchItemFailures: await settleFailures(failed, deps.failures) };
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

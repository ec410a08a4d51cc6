import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** SQS keeps a message 14 days at most; so long may trouble last without a loss. */
const RETENTION = Duration.days(14);
/** AWS: at least six times the function's time-out, so that a batch under work does not come back meanwhile. */
export const WORKER_TIMEOUT = Duration.seconds(60);
const VISIBILITY = Duration.seconds(6 * WORKER_TIMEOUT.toSeconds());
/**
 * SQS's most. With waits up to five minutes so many receives last more than three days: an outage of a whole day must not
 * dead-letter anything. What can never succeed is dead-lettered at once.
 */
const MAX_RECEIVES = 1000;

/** Lambda's longest: an audit works in slices of nearly this. */
export const AUDIT_TIMEOUT = Duration.minutes(15);

/** The queues of the flow and of the audit, each with its dead-letter queue. */
export class Queues extends Construct {
  readonly signals: Queue;
  /** Signals of what touches many contacts at once: an import's rows stand before no person's opt-out. */
  readonly crowdSignals: Queue;
  readonly signalsDeadLetters: Queue;
  readonly convergence: Queue;
  readonly convergenceDeadLetters: Queue;
  readonly audit: Queue;
  readonly auditDeadLetters: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const common = { retentionPeriod: RETENTION, enforceSSL: true };
    // One group per contact, and each contact's messages deduplicated on their own: high-throughput FIFO.
    const fifo = {
      ...common,
      fifo: true,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
    };
    this.signalsDeadLetters = new Queue(this, 'SignalsDeadLetters', fifo);
    const signals = {
      ...fifo,
      visibilityTimeout: VISIBILITY,
      deadLetterQueue: { queue: this.signalsDeadLetters, maxReceiveCount: MAX_RECEIVES },
    };
    this.signals = new Queue(this, 'Signals', signals);
    this.crowdSignals = new Queue(this, 'CrowdSignals', signals);
    this.convergenceDeadLetters = new Queue(this, 'ConvergenceDeadLetters', common);
    this.convergence = new Queue(this, 'Convergence', {
      ...common,
      visibilityTimeout: VISIBILITY,
      deadLetterQueue: { queue: this.convergenceDeadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    this.auditDeadLetters = new Queue(this, 'AuditDeadLetters', common);
    this.audit = new Queue(this, 'Audit', {
      ...common,
      visibilityTimeout: Duration.minutes(6 * AUDIT_TIMEOUT.toMinutes()),
      deadLetterQueue: { queue: this.auditDeadLetters, maxReceiveCount: MAX_RECEIVES },
    });
  }
}

import { Duration } from 'aws-cdk-lib';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource, type SqsEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RegistryFile } from '../src/registry/schema.ts';
import type { Stage } from '../stages/stage.ts';
import { allow } from './allow.ts';
import type { LedgerTable } from './ledger.ts';
import type { Parameters } from './parameters.ts';
import { AUDIT_TIMEOUT, type Queues, WORKER_TIMEOUT } from './queues.ts';
import type { Secrets } from './secrets.ts';
import { WiderrufFunction, type WiderrufFunctionProps } from './widerruf-function.ts';

export type WorkersProps = {
  readonly stage: Stage;
  readonly registry: RegistryFile;
  readonly parameters: Parameters;
  readonly secrets: Secrets;
  readonly queues: Queues;
  readonly ledger: LedgerTable;
  readonly reports: Bucket;
};

/**
 * How many of each may run at once, and which part of the portal's limit all of them together may use; the rest is for
 * people and other apps. So HubSpot's limit holds by construction: concurrency × calls of each stays under it.
 */
const CONCURRENCY = { decide: 4, converge: 2, audit: 2, canary: 1 };
/** How many of decide may work on crowds' signals, beside those that work on persons'. Lambda takes no less than two. */
const FOR_CROWDS = 2;
const SHARE = { decide: 0.15, converge: 0.55, audit: 0.1, canary: 0.05 };
/** What is left for people and other apps; the audit takes it while at least half of the portal's limit is unused, and yields it at once. */
const SPARE = 0.15;
type Worker = keyof typeof SHARE;

/** The functions that talk to HubSpot, and what feeds them. */
export class Workers extends Construct {
  readonly decide: WiderrufFunction;
  readonly converge: WiderrufFunction;
  readonly audit: WiderrufFunction;
  /** Only where the registry names a test contact. */
  readonly canary: WiderrufFunction | undefined;
  readonly #props: WorkersProps;

  constructor(scope: Construct, id: string, props: WorkersProps) {
    super(scope, id);
    this.#props = props;
    const { queues, secrets, stage, reports, registry } = props;

    this.decide = this.#function('Decide', 'decide', { ADDRESS_KEY_ARN: secrets.addressKey.secretArn });
    this.#feed(this.decide, 'decide', [queues.signals, queues.signalsDeadLetters], { batchSize: 10 });
    const crowds = { batchSize: 10, maxConcurrency: FOR_CROWDS, reportBatchItemFailures: true };
    this.decide.live.addEventSource(new SqsEventSource(queues.crowdSignals, crowds));

    this.converge = this.#function('Converge', 'converge', { ADDRESS_KEY_ARN: secrets.addressKey.secretArn });
    // A hundred contacts fit HubSpot's batches; a second's wait lets those that come together be written together. SQS demands a second for more than ten.
    const hundred = { batchSize: 100, maxBatchingWindow: Duration.seconds(1) };
    this.#feed(this.converge, 'converge', [queues.convergence, queues.convergenceDeadLetters], hundred);

    this.audit = this.#function(
      'Audit',
      'audit',
      {
        HUBSPOT_SPARE_CALLS_PER_10S: String(callsOf(stage, SPARE, 'audit')),
        SIGNALS_QUEUE_URL: queues.signals.queueUrl,
        CROWD_SIGNALS_QUEUE_URL: queues.crowdSignals.queueUrl,
        ADDRESS_KEY_ARN: secrets.addressKey.secretArn,
        REPORT_BUCKET: reports.bucketName,
        AUDIT_MODE: stage.audit,
      },
      // A run that outlasts an invocation sends itself on, MOST_SLICES times at most (src/queues/audit-request.ts).
      { timeout: AUDIT_TIMEOUT, recursiveLoop: RecursiveLoop.ALLOW },
    );
    this.#feed(this.audit, 'audit', [queues.audit, queues.auditDeadLetters], { batchSize: 1 });
    allow(
      this.audit,
      ['sqs:SendMessage'],
      queues.audit.queueArn,
      queues.signals.queueArn,
      queues.crowdSignals.queueArn,
    );
    allow(this.audit, ['s3:PutObject'], reports.arnForObjects('audit/*'));

    this.canary = registry.canary === undefined ? undefined : this.#function('Canary', 'canary', {});
    for (const searcher of [this.decide, this.converge, this.audit]) props.ledger.allowSearch(searcher);
    props.ledger.allowFindWaits(this.audit);
    props.ledger.allowErase(this.decide);
    props.ledger.allowCount(this.converge);
    for (const writer of [this.decide, this.converge]) props.ledger.allowAppend(writer);
    for (const hasher of [this.decide, this.converge, this.audit]) {
      allow(hasher, ['secretsmanager:GetSecretValue'], secrets.addressKey.secretArn);
    }
  }

  /** A function that reads the ledger and calls HubSpot. */
  #function(
    id: string,
    entry: Worker,
    environment: Record<string, string>,
    own: Partial<Pick<WiderrufFunctionProps, 'timeout' | 'recursiveLoop'>> = {},
  ): WiderrufFunction {
    const { stage, registry, parameters, secrets, ledger } = this.#props;
    const share = callsOf(stage, SHARE[entry], entry);
    const made = new WiderrufFunction(this, id, {
      entry,
      stage,
      registry,
      memorySize: 1024,
      timeout: WORKER_TIMEOUT,
      ...own,
      environment: {
        HUBSPOT_API_URL: parameters.hubspotApiUrl.valueAsString,
        ACCESS_TOKEN_ARN: secrets.accessToken.secretArn,
        HUBSPOT_CALLS_PER_10S: String(Math.max(1, share)),
        LEDGER_TABLE: ledger.table.tableName,
        ...environment,
      },
    });
    allow(made, ['secretsmanager:GetSecretValue'], secrets.accessToken.secretArn);
    ledger.allowRead(made);
    return made;
  }

  /** Lets a queue call a function, and tells the function of the queue and its dead letters. */
  #feed(made: WiderrufFunction, entry: Worker, from: [Queue, Queue], props: SqsEventSourceProps): void {
    const [queue, deadLetters] = from;
    const { parameters, queues } = this.#props;
    const environment = {
      QUEUE_URL: queue.queueUrl,
      DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
      CONVERGENCE_QUEUE_URL: queues.convergence.queueUrl,
      BACKOFF_FIRST_S: parameters.retryFirstSeconds.valueAsString,
      BACKOFF_LONGEST_S: parameters.retryLongestSeconds.valueAsString,
    };
    for (const [name, value] of Object.entries(environment)) made.addEnvironment(name, value);
    allow(made, ['sqs:SendMessage'], queues.convergence.queueArn, deadLetters.queueArn);
    const maxConcurrency = CONCURRENCY[entry];
    made.live.addEventSource(new SqsEventSource(queue, { maxConcurrency, reportBatchItemFailures: true, ...props }));
  }
}

/** Calls in ten seconds that one of the functions at work may make of a share of the portal's limit. */
function callsOf({ hubspot }: Stage, share: number, entry: Worker): number {
  const atOnce = CONCURRENCY[entry] + (entry === 'decide' ? FOR_CROWDS : 0);
  return Math.floor((hubspot.callsPer10Seconds * share) / atOnce);
}

import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RegistryFile } from '../src/registry/schema.ts';
import type { LedgerTable } from './ledger.ts';
import type { Parameters } from './parameters.ts';
import { type Queues, WORKER_TIMEOUT } from './queues.ts';
import type { Secrets } from './secrets.ts';
import type { Stage } from './stage.ts';
import { WiderrufFunction } from './widerruf-function.ts';

export type WorkersProps = {
  readonly stage: Stage;
  readonly registry: RegistryFile;
  readonly parameters: Parameters;
  readonly secrets: Secrets;
  readonly queues: Queues;
  readonly ledger: LedgerTable;
};

/**
 * How many of each worker may run at once, and which part of the portal's limit all of them together may use. The rest
 * is for people and other apps. So HubSpot's limit holds by construction: concurrency × calls per worker stays under it.
 */
const CONCURRENCY = { decide: 4, converge: 2 };
const SHARE = { decide: 0.2, converge: 0.6 };

/** The two workers and what feeds them. */
export class Workers extends Construct {
  readonly #props: WorkersProps;

  constructor(scope: Construct, id: string, props: WorkersProps) {
    super(scope, id);
    this.#props = props;
    const { queues } = props;
    const decide = this.#worker('decide', queues.signals, queues.signalsDeadLetters);
    decide.addEventSource(
      new SqsEventSource(queues.signals, {
        batchSize: 10,
        maxConcurrency: CONCURRENCY.decide,
        reportBatchItemFailures: true,
      }),
    );
    const converge = this.#worker('converge', queues.convergence, queues.convergenceDeadLetters);
    converge.addEventSource(
      new SqsEventSource(queues.convergence, {
        // A hundred contacts fit HubSpot's batches; a second's wait lets those that come together be written together.
        batchSize: 100,
        maxBatchingWindow: Duration.seconds(1),
        maxConcurrency: CONCURRENCY.converge,
        reportBatchItemFailures: true,
      }),
    );
  }

  #worker(entry: 'decide' | 'converge', queue: Queue, deadLetters: Queue): WiderrufFunction {
    const { stage, registry, parameters, secrets, queues, ledger } = this.#props;
    const callsPerWorker = Math.floor((stage.hubspotCallsPer10Seconds * SHARE[entry]) / CONCURRENCY[entry]);
    const worker = new WiderrufFunction(this, entry === 'decide' ? 'Decide' : 'Converge', {
      entry,
      registry,
      memorySize: 1024,
      timeout: WORKER_TIMEOUT,
      environment: {
        HUBSPOT_API_URL: parameters.hubspotApiUrl.valueAsString,
        ACCESS_TOKEN_ARN: secrets.accessToken.secretArn,
        ADDRESS_KEY_ARN: secrets.addressKey.secretArn,
        HUBSPOT_CALLS_PER_10S: String(callsPerWorker),
        LEDGER_TABLE: ledger.table.tableName,
        QUEUE_URL: queue.queueUrl,
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
        CONVERGENCE_QUEUE_URL: queues.convergence.queueUrl,
        BACKOFF_FIRST_S: parameters.retryFirstSeconds.valueAsString,
        BACKOFF_LONGEST_S: parameters.retryLongestSeconds.valueAsString,
      },
    });
    queues.convergence.grantSendMessages(worker);
    deadLetters.grantSendMessages(worker);
    ledger.table.grant(worker, 'dynamodb:Query', 'dynamodb:PutItem');
    secrets.accessToken.grantRead(worker);
    secrets.addressKey.grantRead(worker);
    return worker;
  }
}

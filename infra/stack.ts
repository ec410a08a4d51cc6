import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { RegistryFile } from '../src/registry/schema.ts';
import type { Stage } from '../stages/stage.ts';
import { Ingress } from './ingress.ts';
import { LedgerTable } from './ledger.ts';
import { Observability } from './observability/observability.ts';
import { functionsOf } from './observability/watched.ts';
import { Parameters } from './parameters.ts';
import { Queues } from './queues.ts';
import { Releases } from './releases.ts';
import { ReportBucket } from './reports.ts';
import { Schedules } from './schedules.ts';
import { Secrets } from './secrets.ts';
import { Workers } from './workers.ts';

export type WiderrufStackProps = StackProps & { readonly stage: Stage; readonly registry: RegistryFile };

/** Names the parts and hands one to the next. */
export class WiderrufStack extends Stack {
  constructor(scope: Construct, id: string, { stage, registry, ...props }: WiderrufStackProps) {
    super(scope, id, { ...props, terminationProtection: stage.production });
    for (const [key, value] of Object.entries({ application: 'widerruf', stage: stage.name, ...stage.tags })) {
      Tags.of(this).add(key, value);
    }
    const parameters = new Parameters(this, stage);
    const secrets = new Secrets(this, 'Secrets', { stage });
    const queues = new Queues(this, 'Queues');
    const ledger = new LedgerTable(this, 'Ledger', { stage });
    const { bucket: reports } = new ReportBucket(this, 'Reports', { stage });
    const ingress = new Ingress(this, 'Ingress', { stage, registry, parameters, secrets, queues });
    const workers = new Workers(this, 'Workers', { stage, registry, parameters, secrets, queues, ledger, reports });
    new Schedules(this, 'Schedules', { queues, canary: workers.canary });
    // What the operator's tool needs to know of a deployed stack.
    const outputs = {
      LedgerTableName: ledger.table.tableName,
      SignalsQueueUrl: queues.signals.queueUrl,
      CrowdSignalsQueueUrl: queues.crowdSignals.queueUrl,
      SignalsDeadLettersUrl: queues.signalsDeadLetters.queueUrl,
      ConvergenceQueueUrl: queues.convergence.queueUrl,
      ConvergenceDeadLettersUrl: queues.convergenceDeadLetters.queueUrl,
      AuditQueueUrl: queues.audit.queueUrl,
      AuditDeadLettersUrl: queues.auditDeadLetters.queueUrl,
      ReportBucketName: reports.bucketName,
      AddressKeyArn: secrets.addressKey.secretArn,
      HubSpotCallsPer10Seconds: String(stage.hubspot.callsPer10Seconds),
      HubSpotApi: parameters.hubspotApiUrl.valueAsString,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
    const watched = { stage, queues, ledger, ingress, workers };
    new Observability(this, 'Observability', watched);
    new Releases(this, 'Releases', { stage, functions: functionsOf(watched) });
  }
}

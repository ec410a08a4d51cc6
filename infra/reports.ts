import { type CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { StageLogGroup } from './stage-log-group.ts';

/** Where audits leave their reports. They hold contact ids, never addresses. */
export class ReportBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ expiration: Duration.days(3 * 365), noncurrentVersionExpiration: Duration.days(30) }],
      removalPolicy: stage.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      // CloudFormation deletes no bucket that holds something.
      autoDeleteObjects: !stage.production,
    });
    if (!stage.production) this.#logEmptying(stage);
  }

  /** The function by which CDK empties the bucket would otherwise write to a log group that stays for ever. */
  #logEmptying(stage: Stage): void {
    const log = new StageLogGroup(this, 'EmptyingLogs', { stage });
    const emptier = Stack.of(this).node.findChild('Custom::S3AutoDeleteObjectsCustomResourceProvider').node;
    (emptier.findChild('Handler') as CfnResource).addPropertyOverride('LoggingConfig.LogGroup', log.logGroupName);
  }
}

import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';

/** A log group that is kept three months, and goes with its stage unless that is production. */
export class StageLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    const removalPolicy = stage.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    super(scope, id, { retention: RetentionDays.THREE_MONTHS, removalPolicy });
  }
}

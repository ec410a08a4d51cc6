import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';

/**
 * What must not stand in templates or environments. The first two hold a generated placeholder until the operator sets them.
 * CloudFormation generates a new version when a rule for generating changes: never change that of the address key.
 */
export class Secrets extends Construct {
  readonly clientSecret: Secret;
  readonly accessToken: Secret;
  /** Outlives a production stack: without it the suppressions in the ledger cannot be read (R8). */
  readonly addressKey: ISecret;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id);
    this.clientSecret = new Secret(this, 'ClientSecret', {
      description: 'Widerruf: client secret of the HubSpot app; a comma-separated list while it is being rotated',
      // JSON, which no client secret is: so receive knows that none was set, and answers 503 until one is. Without
      // punctuation, since a comma would make two secrets of one.
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'placeholder', excludePunctuation: true },
    });
    this.accessToken = new Secret(this, 'AccessToken', { description: 'Widerruf: access token of the HubSpot app' });
    const ownKey = new Secret(this, 'AddressKey', {
      description: 'Widerruf: key of the address hashes. Never change it: suppressions would be forgotten',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: stage.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const { addressKey } = stage.existing;
    this.addressKey =
      addressKey === undefined ? ownKey : Secret.fromSecretCompleteArn(this, 'ExistingAddressKey', addressKey);
    new CfnOutput(this, 'ClientSecretArn', { value: this.clientSecret.secretArn }).overrideLogicalId('ClientSecretArn');
    new CfnOutput(this, 'AccessTokenArn', { value: this.accessToken.secretArn }).overrideLogicalId('AccessTokenArn');
  }
}

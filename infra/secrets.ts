import { CfnOutput } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * What must not stand in templates or environments. The first two hold a generated placeholder until the operator sets them.
 * CloudFormation generates a new version when a rule for generating changes: never change that of the address key.
 */
export class Secrets extends Construct {
  readonly clientSecret: Secret;
  readonly accessToken: Secret;
  readonly addressKey: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.clientSecret = new Secret(this, 'ClientSecret', {
      description: 'Widerruf: client secret of the HubSpot app; a comma-separated list while it is being rotated',
      // JSON, which no client secret is: so receive knows that none was set, and answers 503 until one is. Without
      // punctuation, since a comma would make two secrets of one.
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'placeholder', excludePunctuation: true },
    });
    this.accessToken = new Secret(this, 'AccessToken', { description: 'Widerruf: access token of the HubSpot app' });
    this.addressKey = new Secret(this, 'AddressKey', {
      description: 'Widerruf: key of the address hashes. Never change it: suppressions would be forgotten',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    new CfnOutput(this, 'ClientSecretArn', { value: this.clientSecret.secretArn }).overrideLogicalId('ClientSecretArn');
    new CfnOutput(this, 'AccessTokenArn', { value: this.accessToken.secretArn }).overrideLogicalId('AccessTokenArn');
  }
}

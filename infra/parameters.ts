import { CfnParameter, type Stack } from 'aws-cdk-lib';
import type { Stage } from '../stages/stage.ts';

/** What may be set at deployment (`cdk deploy --parameters RetryFirstSeconds=…`) without synthesizing anew. */
export class Parameters {
  /** Only where the stage's settings name no public URL: CloudFormation keeps a parameter's value from one deployment to the next. */
  readonly publicUrl: CfnParameter | undefined;
  readonly hubspotApiUrl: CfnParameter;
  readonly retryFirstSeconds: CfnParameter;
  readonly retryLongestSeconds: CfnParameter;

  constructor(stack: Stack, { publicUrl }: Stage) {
    this.publicUrl =
      publicUrl === undefined
        ? new CfnParameter(stack, 'PublicUrl', {
            default: '',
            description: 'Base URL that HubSpot was told to call. Empty: the endpoint of the HTTP API.',
          })
        : undefined;
    this.hubspotApiUrl = new CfnParameter(stack, 'HubSpotApiUrl', {
      default: 'https://api.hubapi.com',
      description: 'Base URL of HubSpot’s API.',
    });
    this.retryFirstSeconds = new CfnParameter(stack, 'RetryFirstSeconds', {
      type: 'Number',
      default: 5,
      minValue: 1,
      description: 'Wait before a failed message is tried again; doubles with each try.',
    });
    this.retryLongestSeconds = new CfnParameter(stack, 'RetryLongestSeconds', {
      type: 'Number',
      default: 300,
      minValue: 1,
      maxValue: 43_200,
      description: 'Longest wait between two tries.',
    });
  }
}

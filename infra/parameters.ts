import { CfnParameter, type Stack } from 'aws-cdk-lib';

/** What may be set at deployment (`cdk deploy --parameters PublicUrl=…`) without synthesizing anew. */
export class Parameters {
  readonly publicUrl: CfnParameter;
  readonly hubspotApiUrl: CfnParameter;
  readonly retryFirstSeconds: CfnParameter;
  readonly retryLongestSeconds: CfnParameter;

  constructor(stack: Stack) {
    this.publicUrl = new CfnParameter(stack, 'PublicUrl', {
      default: '',
      description:
        'Base URL that HubSpot was told to call, without a trailing slash. Empty: the endpoint of the HTTP API.',
    });
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

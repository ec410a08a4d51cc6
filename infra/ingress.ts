import { ArnFormat, CfnCondition, CfnOutput, Duration, Fn, Stack, Token } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { RegistryFile } from '../src/registry/schema.ts';
import type { Stage } from '../stages/stage.ts';
import { allow } from './allow.ts';
import type { Parameters } from './parameters.ts';
import type { Queues } from './queues.ts';
import type { Secrets } from './secrets.ts';
import { StageLogGroup } from './stage-log-group.ts';
import { WiderrufFunction } from './widerruf-function.ts';

export type IngressProps = {
  readonly stage: Stage;
  readonly registry: RegistryFile;
  readonly parameters: Parameters;
  readonly secrets: Secrets;
  readonly queues: Queues;
};

/** The two webhook routes and the function behind them. */
export class Ingress extends Construct {
  readonly api: HttpApi;
  readonly receive: WiderrufFunction;

  constructor(scope: Construct, id: string, { stage, registry, parameters, secrets, queues }: IngressProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', { description: 'Widerruf: HubSpot webhooks', createDefaultStage: false });
    const accessLog = new StageLogGroup(this, 'AccessLog', { stage });
    letDeliver(accessLog);
    new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      // HubSpot sends ten requests at once and tries again what is refused; more is nobody we know.
      throttle: { rateLimit: 100, burstLimit: 200 },
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog) },
    });
    this.api = api;
    const publicUrl = stage.publicUrl?.replace(/\/$/, '') ?? this.#publicUrlOf(parameters);

    const receive = new WiderrufFunction(this, 'Receive', {
      entry: 'receive',
      stage,
      registry,
      memorySize: 1024,
      // HubSpot waits five seconds; a later answer would be retried anyway.
      timeout: Duration.seconds(10),
      environment: {
        SIGNALS_QUEUE_URL: queues.signals.queueUrl,
        CROWD_SIGNALS_QUEUE_URL: queues.crowdSignals.queueUrl,
        PUBLIC_URL: publicUrl,
        CLIENT_SECRET_ARN: secrets.clientSecret.secretArn,
        ACCEPT_V2: String(stage.hubspot.acceptV2),
      },
    });
    this.receive = receive;
    allow(receive, ['sqs:SendMessage'], queues.signals.queueArn, queues.crowdSignals.queueArn);
    allow(receive, ['secretsmanager:GetSecretValue'], secrets.clientSecret.secretArn);

    const integration = new HttpLambdaIntegration('ReceiveIntegration', receive.live);
    for (const path of ['/webhooks/hubspot', '/webhooks/hubspot/workflows']) {
      // Any other method is answered by the function, too: API Gateway's own "Not Found" tells nobody to choose POST in the workflow.
      api.addRoutes({ path, methods: [HttpMethod.POST, HttpMethod.ANY], integration });
    }
    new CfnOutput(this, 'WebhookUrl', { value: `${publicUrl}/webhooks/hubspot` }).overrideLogicalId('WebhookUrl');
  }

  #publicUrlOf({ publicUrl }: Parameters): string {
    if (publicUrl === undefined) return this.api.apiEndpoint;
    const expression = Fn.conditionEquals(publicUrl.valueAsString, '');
    const none = new CfnCondition(this, 'NoPublicUrl', { expression });
    return Token.asString(Fn.conditionIf(none.logicalId, this.api.apiEndpoint, publicUrl.valueAsString));
  }
}

/**
 * API Gateway writes access logs through CloudWatch's log delivery. AWS adds the policy by itself only where the deploying
 * person may do so, and within 5120 characters for all log groups of the account (CloudWatch Logs' guide, "Enable logging
 * from AWS services"); so the stack brings a policy of its own.
 */
function letDeliver(log: LogGroup): void {
  const stack = Stack.of(log);
  const anyLog = { service: 'logs', resource: '*', arnFormat: ArnFormat.NO_RESOURCE_NAME };
  log.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [log.logGroupArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: { 'aws:SourceArn': stack.formatArn(anyLog) },
      },
    }),
  );
}

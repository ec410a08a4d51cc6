import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Watched } from './watched.ts';

/** Saved queries of CloudWatch Logs Insights, for the questions that come up in a morning. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { stage, ingress, workers }: Watched) {
    super(scope, id);
    const of = (...functions: { logGroup: typeof ingress.receive.logGroup }[]) =>
      functions.map(({ logGroup }) => logGroup);
    const { decide, converge, audit } = workers;
    const queries = {
      decisions: {
        logGroups: of(decide),
        queryString: new QueryString({
          fields: ['@timestamp', 'contact', 'rule', 'outcome', 'signalId'],
          filterStatements: ['message = "signal decided"'],
          sort: '@timestamp desc',
          limit: 200,
        }),
      },
      'who keeps reopening': {
        logGroups: of(decide),
        queryString: new QueryString({
          filterStatements: ['message = "opened again and again under an opt-out"'],
          statsStatements: ['count(*) as times, count_distinct(contact) as contacts by source'],
          sort: 'times desc',
        }),
      },
      'retries by reason': {
        logGroups: of(decide, converge, audit),
        queryString: new QueryString({
          filterStatements: ['message = "message will be tried again"'],
          statsStatements: ['count(*) as tries by reason, service'],
          sort: 'tries desc',
        }),
      },
      'dead letters': {
        logGroups: of(decide, converge, audit),
        queryString: new QueryString({
          fields: ['@timestamp', 'service', 'messageId', 'reason'],
          filterStatements: ['message = "message dead-lettered"'],
          sort: '@timestamp desc',
        }),
      },
      'requests deferred': {
        logGroups: of(ingress.receive),
        queryString: new QueryString({
          fields: ['@timestamp', 'reason'],
          filterStatements: ['message = "request deferred"'],
          sort: '@timestamp desc',
        }),
      },
      audits: {
        logGroups: of(audit),
        queryString: new QueryString({
          fields: ['@timestamp', 'contacts', 'mode', 'findings'],
          filterStatements: ['message = "audit finished"'],
          sort: '@timestamp desc',
        }),
      },
    };
    for (const [name, { logGroups, queryString }] of Object.entries(queries)) {
      new QueryDefinition(this, name.replaceAll(' ', '-'), {
        queryDefinitionName: `widerruf-${stage.name}/${name}`,
        queryString,
        logGroups,
      });
    }
  }
}

const MILLION = 1_000_000;

/**
 * List prices of eu-central-1 in US dollars, without free tiers and without tax, as of 2025. They were not looked up anew for
 * this table, because no price list can be reached where it is made: check them at aws.amazon.com/pricing before you rely on
 * a sum.
 */
export const PRICES_OF = 'eu-central-1, list prices of 2025';
export const price = {
  httpApi: 1.2 / MILLION,
  lambdaRequest: 0.2 / MILLION,
  /** arm64. */
  lambdaGbSecond: 0.000_013_333_4,
  sqsStandard: 0.4 / MILLION,
  sqsFifo: 0.5 / MILLION,
  dynamodbWrite: 0.7625 / MILLION,
  dynamodbRead: 0.1525 / MILLION,
  dynamodbGb: 0.306,
  /** Point-in-time recovery, by the table's size. */
  recoveryGb: 0.2448,
  logGb: 0.63,
  logStorageGb: 0.0324,
  metric: 0.3,
  /** Each metric that an alarm looks at counts. */
  alarmMetric: 0.1,
  dashboard: 3,
  secret: 0.4,
  secretCall: 0.05 / 10_000,
  key: 1,
  keyCall: 0.03 / 10_000,
  schedule: 1 / MILLION,
  egressGb: 0.09,
  s3Gb: 0.0245,
};

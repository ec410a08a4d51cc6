import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Twin } from '../local/hubspot/twin.ts';
import { type LocalStack, startLocalStack } from '../local/stack.ts';
import { dynamodbLedger } from '../src/ledger/dynamodb-ledger.ts';
import { waitOf } from '../src/ledger/ledger.ts';
import { tallyOf } from '../src/ledger/tally.ts';
import type { LedgerEntry } from '../src/rules/entry.ts';
import { finding } from './findings.ts';
import { REGISTRY_FILE } from './opt-outs.ts';
import { PRICES_OF, price } from './prices.ts';
import type { Finding } from './rows.ts';
import { StackBench } from './stack-bench.ts';

const RATE = 5;
const MILLION = 1_000_000;
/** Of each function (`infra/`). */
const MEMORY_GB = 1;
/** Issue 19: the list price of a million events. */
const GOAL = 2;

/** What some persons' opt-outs ask of AWS, the echoes of our own writes included, and what that costs by list prices. */
export async function awsCallRows(seconds: number): Promise<Finding[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'widerruf-bench-'));
  const stack = await startLocalStack({ registryFile: REGISTRY_FILE, dataDir, port: 0, recordCalls: true });
  try {
    const twin = stack.twin as Twin;
    const bench = new StackBench(stack, twin);
    await bench.warmUp();
    const [calls, deliveries, began] = [stack.cloud.calls.length, twin.sender.deliveries.length, Date.now()];
    const logged = bytesIn(join(dataDir, 'logs'));
    const optOuts = await bench.optOutsAtRate(RATE, seconds);
    const echoes = twin.sender.deliveries.slice(deliveries);
    const events = optOuts + echoes.reduce((sum, one) => sum + one.events, 0);
    const counts = Map.groupBy(stack.cloud.calls.slice(calls), ({ action }) => action);
    const posts = optOuts + echoes.length;
    return await rowsOf(stack, {
      optOuts,
      events,
      posts,
      of: (action) => counts.get(action)?.length ?? 0,
      logBytes: bytesIn(join(dataDir, 'logs')) - logged,
      invocations: ofFunctions(stack, 'Invocations', began),
      seconds: ofFunctions(stack, 'Duration', began) / 1000,
    });
  } finally {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** `seconds`: how long the functions ran in all. */
type Counts = {
  optOuts: number;
  events: number;
  posts: number;
  of: (action: string) => number;
  logBytes: number;
  invocations: number;
  seconds: number;
};

/** Of the functions' log lines; Lambda's own lines of an invocation are warnings only, and the local stack writes none. */
function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

/** The sum of a metric of AWS Lambda's over all functions, since a moment (ms). */
function ofFunctions({ cloud }: LocalStack, name: string, since: number): number {
  const series = cloud.metrics.find('AWS/Lambda', name, ['FunctionName']);
  return series.reduce((all, { values, times }) => {
    const counted = values.filter((_, i) => (times[i] ?? 0) >= since);
    return all + counted.reduce((sum, value) => sum + value, 0);
  }, 0);
}

async function rowsOf(stack: LocalStack, counts: Counts): Promise<Finding[]> {
  const { optOuts, events, posts, of, logBytes, invocations, seconds } = counts;
  const [sent, read, put, updated] = [
    'sqs:SendMessage',
    'dynamodb:Query',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
  ].map(of);
  const each = await unitsOfEntries(stack);
  const dollars = {
    'HTTP API': posts * price.httpApi,
    // Each batch that was sent is received and deleted in batches, of which there are no more than messages were sent in.
    SQS: 3 * (sent ?? 0) * price.sqsFifo,
    'DynamoDB reads': (read ?? 0) * price.dynamodbRead,
    'DynamoDB writes': ((put ?? 0) * each.put + (updated ?? 0) * each.update) * price.dynamodbWrite,
    // Kept for three months.
    Logs: (logBytes / 1e9) * (price.logGb + 3 * price.logStorageGb),
    'Lambda’s requests': invocations * price.lambdaRequest,
    'Lambda’s time as on this machine': seconds * MEMORY_GB * price.lambdaGbSecond,
  };
  const parts = Object.entries(dollars).toSorted(([, a], [, b]) => b - a);
  const sum = parts.reduce((all, [, one]) => all + one, 0);
  const perMillion = (amount: number) => `$${((amount / events) * MILLION).toFixed(2)}`;
  const per = (count: number | undefined) => ((count ?? 0) / optOuts).toFixed(1);
  return [
    finding(
      `AWS calls per opt-out, ${optOuts} at ${RATE} a second, ${(events / optOuts).toFixed(1)} events each with our own echoes`,
      `HTTP ${per(posts)}, SQS sends ${per(sent)}, DynamoDB queries ${per(read)}, puts ${per(put)} of ${each.put.toFixed(1)} units, updates ${per(updated)} of ${each.update.toFixed(1)} units`,
      { goal: 'none', isMet: true },
    ),
    finding(
      `list price of a million such events (${PRICES_OF})`,
      `${perMillion(sum)}: ${parts.map(([part, amount]) => `${part} ${perMillion(amount)}`).join(', ')}`,
      { goal: `≤ $${GOAL}`, isMet: (sum / events) * MILLION <= GOAL },
    ),
  ];
}

/** Write units (1 KB each) of appending an entry with its places in indexes, and of taking one out of the index of what is open. */
async function unitsOfEntries({ cloud }: LocalStack): Promise<{ put: number; update: number }> {
  const [table = ''] = cloud.tableNames.values();
  const puts: number[] = [];
  const updates: number[] = [];
  const unitsOf = (entry: LedgerEntry) => Math.ceil(JSON.stringify(entry).length / 1000);
  await dynamodbLedger(cloud.dynamodb, table).scan((_, entries) => {
    for (const entry of entries) {
      const indexes = [entry.addressHash, waitOf(entry), tallyOf(entry)].filter((key) => key !== undefined).length;
      puts.push(unitsOf(entry) + indexes);
      if (tallyOf(entry) !== undefined) updates.push(unitsOf(entry) + 1);
    }
  });
  return { put: mean(puts), update: mean(updates) };
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / Math.max(1, numbers.length);

import { existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { awsOf, type ConnectOptions, localDataDir, OperatorError, stackNameOf } from './connect.ts';

/** The functions that write logs. */
export const logSources = ['receive', 'decide', 'converge', 'audit', 'canary'] as const;
export type LogSource = (typeof logSources)[number];
export type LogLine = { source: string; at: number; text: string };

/** Gives the lines that came since it was asked before; first those since a time (ms). */
export type ReadLogs = () => Promise<LogLine[]>;

export type LogQuery = { source: LogSource | undefined; since: number };

/** The logs of the local stack's functions, or of a deployed stage. */
export function logsOf(options: ConnectOptions, query: LogQuery): Promise<ReadLogs> {
  return options.stage === undefined ? Promise.resolve(localLogs(query)) : deployedLogs(options, query);
}

function localLogs({ source, since }: LogQuery): ReadLogs {
  const folder = join(localDataDir(), 'logs');
  if (!existsSync(folder)) throw new OperatorError((t) => t.noLogs(folder));
  const tails = new Map<string, () => string[]>();
  return () => {
    for (const file of readdirSync(folder)) {
      const name = nameOf(basename(file, '.log'));
      const isWanted = file.endsWith('.log') && (source === undefined || name === source);
      if (isWanted && !tails.has(file)) tails.set(file, tailOf(join(folder, file)));
    }
    const lines = [...tails].flatMap(([file, tail]) =>
      tail().map((text) => ({ source: nameOf(basename(file, '.log')), at: timeOf(text) ?? since, text })),
    );
    return Promise.resolve(inOrder(lines.filter(({ at }) => at >= since)));
  };
}

/** The function's name in the logical id that names its log. */
function nameOf(logicalId: string): string {
  return logSources.find((name) => logicalId.toLowerCase().includes(name)) ?? logicalId;
}

/** Whole lines that were written to a file since the last look. */
function tailOf(file: string): () => string[] {
  const decoder = new StringDecoder('utf8');
  const handle = openSync(file, 'r');
  let [position, rest] = [0, ''];
  return () => {
    const size = statSync(file).size;
    const bytes = Buffer.alloc(Math.max(0, size - position));
    position += readSync(handle, bytes, 0, bytes.length, position);
    const lines = (rest + decoder.write(bytes)).split('\n');
    rest = lines.pop() ?? '';
    return lines;
  };
}

/** When a line was written: Powertools writes a date, a metric milliseconds. */
function timeOf(text: string): number | undefined {
  const at = Date.parse(/"timestamp":"([^"]+)"/.exec(text)?.[1] ?? '');
  const ofMetric = /"_aws":\{"Timestamp":(\d+)/.exec(text)?.[1];
  if (ofMetric !== undefined) return Number(ofMetric);
  return Number.isNaN(at) ? undefined : at;
}

const inOrder = (lines: LogLine[]) => lines.toSorted((a, b) => a.at - b.at);

async function deployedLogs(options: ConnectOptions, { source, since }: LogQuery): Promise<ReadLogs> {
  const aws = awsOf(options);
  const groups = await groupsOf(new CloudFormationClient(aws), stackNameOf(options));
  const wanted = groups.filter(({ name }) => source === undefined || name === source);
  if (wanted.length === 0) throw new OperatorError((t) => t.noLogGroup(source));
  const client = new CloudWatchLogsClient(aws);
  const seen = new Set<string>();
  let from = since;
  return async () => {
    const lines: LogLine[] = [];
    for (const { name, group } of wanted) {
      const query = { logGroupName: group, startTime: from };
      for await (const { events = [] } of paginateFilterLogEvents({ client }, query)) {
        for (const { eventId = '', timestamp = from, message = '' } of events) {
          if (seen.has(eventId)) continue;
          seen.add(eventId);
          lines.push({ source: name, at: timestamp, text: message.trimEnd() });
        }
      }
    }
    // CloudWatch may show a line a little later than younger ones.
    from = Math.max(from, ...lines.map(({ at }) => at - LATE_MS));
    return inOrder(lines);
  };
}

const LATE_MS = 60_000;

/** The log groups of the functions, by the logical ids that the stack gives them. */
async function groupsOf(client: CloudFormationClient, stack: string): Promise<{ name: string; group: string }[]> {
  const groups: { name: string; group: string }[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: stack })) {
    for (const { ResourceType, LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries) {
      const name = nameOf(LogicalResourceId);
      const isFunction = ResourceType === 'AWS::Logs::LogGroup' && name !== LogicalResourceId;
      if (isFunction) groups.push({ name, group: PhysicalResourceId });
    }
  }
  return groups;
}

/** A line for people: time, function, level, message, and what else the line says. Undefined for a metric, which the dashboard draws. */
export function readableLine({ source, text }: LogLine): string | undefined {
  const { timestamp, level, message, _aws, ...rest } = objectOf(text);
  if (_aws !== undefined) return undefined;
  if (message === undefined) return `${source.padEnd(8)}  ${text}`;
  const more = Object.entries(rest).filter(([key]) => !QUIET.has(key));
  const told = more.map(
    ([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
  );
  return [timestamp, source.padEnd(8), String(level ?? '').padEnd(5), message, ...told].filter(Boolean).join('  ');
}

/** What Powertools and Lambda add to each line. */
const QUIET = new Set([
  'service',
  'cold_start',
  'function_arn',
  'function_memory_size',
  'function_name',
  'function_request_id',
  'sampling_rate',
  'xray_trace_id',
]);

function objectOf(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

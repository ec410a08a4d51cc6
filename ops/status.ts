import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { byTime, iso, type OurTime } from '../src/clocks.ts';
import type { Registry } from '../src/registry/registry.ts';
import type { LedgerEntry } from '../src/rules/entry.ts';
import { replay } from '../src/rules/evolve.ts';
import { findUnreadableLists } from '../src/workers/audit/coverage.ts';
import type { AuditReport } from '../src/workers/audit/report.ts';
import type { Connection } from './connect.ts';
import { countDeadLetters } from './dead-letters.ts';
import { readableTime } from './texts/time.ts';
import { type Language, outputTexts, texts } from './texts/words.ts';

export type Status = {
  /** The oldest decision that HubSpot does not hold yet. */
  oldestUnapplied: { contact: string; since: string } | null;
  unapplied: number;
  waiting: Record<string, number>;
  deadLetters: Record<string, number>;
  lastAudit: Pick<AuditReport, 'finishedAt' | 'contacts' | 'findings' | 'mode'> | null;
  refusedToday: number;
  /** Forms whose lists of submissions cannot be read, with the reason; null while HubSpot does not answer. */
  unreadableSubmissions: string[] | null;
};

/** The dashboard's first screen. Reads the whole ledger, in one scan: it is the truth, metrics are only its shadow. */
export async function statusOf(connection: Connection, onContact: (count: number) => void): Promise<Status> {
  return {
    ...(await ledgerStatus(connection, onContact)),
    waiting: await waitingMessages(connection),
    deadLetters: await countDeadLetters(connection),
    lastAudit: await lastAudit(connection),
    unreadableSubmissions: await unreadableSubmissions(connection),
  };
}

/** What the ledger alone tells. */
export async function ledgerStatus(
  { ledger, registry, now }: Pick<Connection, 'ledger' | 'registry' | 'now'>,
  onContact: (count: number) => void,
): Promise<Pick<Status, 'oldestUnapplied' | 'unapplied' | 'refusedToday'>> {
  const today = iso(now()).slice(0, 10);
  const late: { contact: string; at: OurTime }[] = [];
  let [refusedToday, count] = [0, 0];
  await ledger.scan(({ contact }, entries) => {
    onContact(++count);
    refusedToday += entries.filter((entry) => isRefusalOf(today, entry)).length;
    const at = unappliedSince(entries, registry);
    if (at !== undefined) late.push({ contact, at });
  });
  const [oldest] = late.toSorted((a, b) => byTime(a.at, b.at));
  return {
    oldestUnapplied: oldest === undefined ? null : { contact: oldest.contact, since: iso(oldest.at) },
    unapplied: late.length,
    refusedToday,
  };
}

/** Each form of the registry is asked once. */
async function unreadableSubmissions({ hubspot, registry, now }: Connection): Promise<string[] | null> {
  const found = await findUnreadableLists(hubspot.submissionLists(), { registry, now }).catch(() => null);
  return found === null ? null : found.map(({ what }) => what);
}

/** `day`: as ISO 8601 writes it, in UTC. */
function isRefusalOf(day: string, { body, recordedAt }: LedgerEntry): boolean {
  const isToday = iso(recordedAt).startsWith(day);
  return isToday && body.kind === 'decision' && body.outcome === 'refused';
}

/** A submission or a grace that waits for its moment is not late; these are, until HubSpot holds them. */
const MUST_BE_APPLIED = ['opted-out', 'refused', 'inherited', 'merged', 'returned'];

/** When the oldest decision was recorded (ms) that HubSpot should hold and does not hold yet; undefined when there is none. */
function unappliedSince(entries: readonly LedgerEntry[], registry: Registry): OurTime | undefined {
  const state = replay(entries, registry);
  if (!state.unconverged || state.mergedInto !== undefined || state.gone) return undefined;
  const lastApplied = entries.findLastIndex(({ body }) => body.kind === 'applied');
  const waiting = entries.slice(lastApplied + 1).find(({ body }) => body.kind === 'decision' && body.converge);
  if (waiting?.body.kind !== 'decision' || !MUST_BE_APPLIED.includes(waiting.body.outcome)) return undefined;
  return waiting.recordedAt;
}

export function readableStatus(status: Status, language: Language): string {
  const words = texts[language];
  const { report } = outputTexts[language];
  const time = (at: string) => readableTime(Date.parse(at), language);
  const { oldestUnapplied, unapplied, waiting, deadLetters, lastAudit: audit, refusedToday } = status;
  const found = Object.entries(audit?.findings ?? {}).filter(([, count]) => count > 0);
  const findings = found.map(([kind, count]): [string, number] => [report.kind(kind), count]);
  const lines: [string, string][] = [
    [
      words.notInHubSpot,
      oldestUnapplied === null
        ? words.nothingLate
        : `${unapplied}; ${words.oldestIs} ${oldestUnapplied.contact}, ${words.since} ${time(oldestUnapplied.since)}`,
    ],
    [words.waiting, counts(Object.entries(waiting))],
    [words.deadLetters, counts(Object.entries(deadLetters))],
    [
      words.lastAudit,
      audit === null
        ? words.noAudit
        : `${time(audit.finishedAt)}, ${audit.contacts} ${words.contacts}, ${found.length === 0 ? words.nothingFound : counts(findings)}`,
    ],
    [words.refusedToday, String(refusedToday)],
    ...readableLists(status, language),
  ];
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join('');
}

const counts = (all: [string, number][]) => all.map(([name, count]) => `${name} ${count}`).join(', ');

function readableLists({ unreadableSubmissions }: Status, language: Language): [string, string][] {
  const words = texts[language];
  if (unreadableSubmissions === null) return [[words.submissions, words.hubspotSilent]];
  return unreadableSubmissions.map((what) => [
    words.submissions,
    `${words.cannotBeRead}: ${outputTexts[language].report.why(what)}`,
  ]);
}

/** Messages that wait or are worked on, by queue; those that wait for their moment do not count. */
export async function waitingMessages({ sqs, output }: Connection): Promise<Record<string, number>> {
  const queues = { signals: 'SignalsQueueUrl', convergence: 'ConvergenceQueueUrl', audit: 'AuditQueueUrl' };
  const counts = await Promise.all(
    Object.entries(queues).map(async ([name, url]) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: output(url), AttributeNames: ['All'] }),
      );
      const inWork = Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0);
      return [name, Number(Attributes.ApproximateNumberOfMessages ?? 0) + inWork] as const;
    }),
  );
  return Object.fromEntries(counts);
}

async function lastAudit({ s3, output }: Connection): Promise<Status['lastAudit']> {
  const Bucket = output('ReportBucketName');
  let newest = '';
  for (let token: string | undefined; ; ) {
    const { Contents = [], NextContinuationToken } = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'audit/', ...(token !== undefined && { ContinuationToken: token }) }),
    );
    for (const { Key = '' } of Contents) if (Key.endsWith('.json') && Key > newest) newest = Key;
    if (NextContinuationToken === undefined) break;
    token = NextContinuationToken;
  }
  if (newest === '') return null;
  const text = await (await s3.send(new GetObjectCommand({ Bucket, Key: newest }))).Body?.transformToString();
  const { finishedAt, contacts, findings, mode } = JSON.parse(text ?? '{}') as AuditReport;
  return { finishedAt, contacts, findings, mode };
}

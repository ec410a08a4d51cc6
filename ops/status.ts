import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { findUnreadableLists } from '../src/workers/audit/coverage.ts';
import type { AuditReport } from '../src/workers/audit/report.ts';
import type { Connection } from './connect.ts';
import { type Counts, countsOf, MOST_COUNTED } from './count.ts';
import { countDeadLetters } from './dead-letters.ts';
import { lastAudit } from './last-audit.ts';
import type { QueueKey } from './texts/queues.ts';
import { readableTime } from './texts/time.ts';
import { type Language, outputTexts, texts } from './texts/words.ts';

export type Status = Counts & {
  waiting: Record<string, number>;
  deadLetters: Record<string, number>;
  lastAudit: Pick<AuditReport, 'finishedAt' | 'contacts' | 'findings' | 'mode'> | null;
  /** Forms whose lists of submissions cannot be read, with the reason; null while HubSpot does not answer. */
  unreadableSubmissions: string[] | null;
};

/** The dashboard's first screen. `count`: where the numbers of the ledger come from. */
export async function statusOf(
  connection: Connection,
  count: (source: Connection) => Promise<Counts> = countsOf,
): Promise<Status> {
  return {
    ...(await count(connection)),
    waiting: await waitingMessages(connection),
    deadLetters: await countDeadLetters(connection),
    lastAudit: await newestAudit(connection),
    unreadableSubmissions: await unreadableSubmissions(connection),
  };
}

/** Each form of the registry is asked once. */
async function unreadableSubmissions({ hubspot, registry, now }: Connection): Promise<string[] | null> {
  const found = await findUnreadableLists(hubspot.submissionLists(), { registry, now }).catch(() => null);
  return found === null ? null : found.map(({ what }) => what);
}

export function readableStatus(status: Status, language: Language): string {
  const words = texts[language];
  const { report, queues, contacts } = outputTexts[language];
  const time = (at: string) => readableTime(Date.parse(at), language);
  const { waiting, deadLetters, lastAudit: audit, refusedToday } = status;
  const found = Object.entries(audit?.findings ?? {}).filter(([, count]) => count > 0);
  const findings = found.map(([kind, count]): [string, number] => [report.kind(kind), count]);
  const lines: [string, string][] = [
    [words.notInHubSpot, readableLate(status, language)],
    [words.waiting, counts(named(waiting, queues))],
    [words.deadLetters, counts(named(deadLetters, queues))],
    [
      words.lastAudit,
      audit === null
        ? words.noAudit
        : `${time(audit.finishedAt)}, ${contacts(audit.contacts)}, ${found.length === 0 ? words.nothingFound : counts(findings)}`,
    ],
    [words.refusedToday, refusedToday === null ? words.notCounted : String(refusedToday)],
    ...readableLists(status, language),
  ];
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join('');
}

function readableLate({ oldestUnapplied, unapplied }: Counts, language: Language): string {
  const words = texts[language];
  if (unapplied === null) return words.notCountedMend;
  if (oldestUnapplied === null) return words.nothingLate;
  const number = unapplied >= MOST_COUNTED ? `${words.atLeast} ${unapplied}` : String(unapplied);
  return `${number}; ${words.oldestIs} ${oldestUnapplied.contact}, ${words.since} ${readableTime(Date.parse(oldestUnapplied.since), language)}`;
}

/** Numbers by queue, with the queues' names in place of their keys. */
const named = (numbers: Readonly<Record<string, number>>, names: Readonly<Record<QueueKey, string>>) =>
  Object.entries(numbers).map(([queue, count]): [string, number] => [names[queue as QueueKey], count]);

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
  const queues = {
    signals: 'SignalsQueueUrl',
    crowds: 'CrowdSignalsQueueUrl',
    convergence: 'ConvergenceQueueUrl',
    audit: 'AuditQueueUrl',
  };
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

async function newestAudit({ s3, output }: Connection): Promise<Status['lastAudit']> {
  const report = await lastAudit(s3, output('ReportBucketName'));
  if (report === null) return null;
  const { finishedAt, contacts, findings, mode } = report;
  return { finishedAt, contacts, findings, mode };
}

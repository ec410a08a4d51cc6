import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { AuditReport } from '../src/workers/audit/report.ts';

/** The newest report in the bucket of a stack; null: no audit has finished yet. */
export async function lastAudit(s3: S3Client, Bucket: string): Promise<AuditReport | null> {
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
  return JSON.parse(text ?? 'null') as AuditReport | null;
}

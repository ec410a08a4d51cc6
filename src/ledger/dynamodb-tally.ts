import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { asOurTime, type OurTime } from '../clocks.ts';
import type { ContactRef } from '../rules/entry.ts';
import { ledgerTable, refOf, tallyKey, writeTally } from './dynamodb-item.ts';
import type { Tally } from './tally.ts';

/** An entry that is counted, and when it was recorded. */
export type Mark = ContactRef & { seq: number; at: OurTime; tally: Tally };

/** What the ledger's index of counted entries tells, without a look at anybody's ledger. */
export type TallyIndex = {
  /** Since when every entry of the portal that has to be counted is counted; undefined: nobody has counted yet. */
  countedSince(portal: number): Promise<OurTime | undefined>;
  /** Says that from now on every entry that has to be counted is. */
  setCounted(portal: number, at: OurTime): Promise<void>;
  /** Entries that count as one of some kinds, recorded from a moment on, the oldest first of each kind. Reads no more than about `most`. */
  marks(portal: number, kinds: readonly Tally[], span?: { from?: OurTime; most?: number }): Promise<Mark[]>;
  /** Makes an entry count as something else, or as nothing. */
  mark(entry: ContactRef & { seq: number }, tally: Tally | undefined): Promise<void>;
  /** Whether the whole table is so small (1 MB) that one call reads it. */
  isSmall(): Promise<boolean>;
};

export function dynamodbTally(client: DynamoDBClient, table: string): TallyIndex {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const { tallyIndex, partitionKey, sortKey } = ledgerTable;
  return {
    async countedSince(portal) {
      const { Item } = await documents.send(new GetCommand({ TableName: table, Key: noteKey(portal) }));
      return Item === undefined ? undefined : asOurTime(Item['recordedAt']);
    },
    async setCounted(portal, at) {
      await documents.send(new PutCommand({ TableName: table, Item: { ...noteKey(portal), recordedAt: at } }));
    },
    async marks(portal, kinds, { from, most = Number.POSITIVE_INFINITY } = {}) {
      const found = await Promise.all(
        kinds.map(async (kind) => {
          const marks: Mark[] = [];
          const pages = paginateQuery(
            { client: documents },
            {
              TableName: table,
              IndexName: tallyIndex.name,
              KeyConditionExpression: '#tally = :tally AND #at >= :from',
              ExpressionAttributeNames: { '#tally': tallyIndex.partitionKey, '#at': tallyIndex.sortKey },
              ExpressionAttributeValues: { ':tally': tallyKey(portal, kind), ':from': from ?? 0 },
            },
          );
          for await (const { Items = [] } of pages) {
            for (const item of Items) {
              const ref = refOf(String(item[partitionKey]));
              marks.push({ ...ref, seq: Number(item[sortKey]), at: item[tallyIndex.sortKey] as OurTime, tally: kind });
            }
            if (marks.length >= most) break;
          }
          return marks;
        }),
      );
      return found.flat();
    },
    async mark({ seq, ...contact }, tally) {
      await documents.send(writeTally(table, contact, seq, tally));
    },
    async isSmall() {
      const { LastEvaluatedKey } = await documents.send(new ScanCommand({ TableName: table, Select: 'COUNT' }));
      return LastEvaluatedKey === undefined;
    },
  };
}

/** Where the note stands that everything is counted: no contact has an empty id, no entry the number 0. */
function noteKey(portal: number) {
  return { [ledgerTable.partitionKey]: `${portal}#`, [ledgerTable.sortKey]: ledgerTable.note };
}

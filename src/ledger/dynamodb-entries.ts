import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  paginateQuery,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { RetryableError } from '../errors.ts';
import { type ContactRef, type LedgerEntry, LedgerEntrySchema } from '../rules/entry.ts';
import { ledgerTable, personOf, storedEntry } from './dynamodb-item.ts';

/** Numbers of entries, both included. */
export type Span = { from: number; until: number };

/** Ways to read one contact's entries; each is strongly consistent and gives them oldest first. */
export type Entries = {
  /** Every entry, page by page: whoever needs them one by one holds no more than a page. */
  pages(contact: ContactRef, span?: Span): AsyncIterable<LedgerEntry[]>;
  /** Every entry, or every entry of a span. */
  all(contact: ContactRef, span?: Span): Promise<LedgerEntry[]>;
  /** The newest entries, as many as one call gives (1 MB). `isWhole`: there are no others. */
  newest(contact: ContactRef): Promise<{ entries: LedgerEntry[]; isWhole: boolean }>;
  /** The entries with these numbers, as far as there are any. */
  numbered(contact: ContactRef, numbers: readonly number[]): Promise<LedgerEntry[]>;
};

/** So many items DynamoDB gives in one call. */
const BATCH = 100;
/** So often DynamoDB is asked for what it left out of an answer. */
const TRIES = 10;

/** `page`: how many entries a call gives at most; default: as many as DynamoDB gives. */
export function dynamodbEntries(documents: DynamoDBDocumentClient, table: string, page?: number): Entries {
  const queryOf = (contact: ContactRef, span?: Span): QueryCommandInput => ({
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression:
      span === undefined ? '#person = :person' : '#person = :person AND #seq BETWEEN :from AND :until',
    ExpressionAttributeNames: {
      '#person': ledgerTable.partitionKey,
      ...(span !== undefined && { '#seq': ledgerTable.sortKey }),
    },
    ExpressionAttributeValues: {
      ':person': personOf(contact),
      ...(span !== undefined && { ':from': span.from, ':until': span.until }),
    },
    ...(page !== undefined && { Limit: page }),
  });
  async function* pages(contact: ContactRef, span?: Span) {
    for await (const { Items = [] } of paginateQuery({ client: documents }, queryOf(contact, span))) {
      yield Items.map(entryOf);
    }
  }
  return {
    pages,
    async all(contact, span) {
      const entries: LedgerEntry[] = [];
      for await (const read of pages(contact, span)) for (const entry of read) entries.push(entry);
      return entries;
    },
    async newest(contact) {
      const backwards = { ...queryOf(contact), ScanIndexForward: false };
      const { Items = [], LastEvaluatedKey } = await documents.send(new QueryCommand(backwards));
      return { entries: Items.map(entryOf).reverse(), isWhole: LastEvaluatedKey === undefined };
    },
    async numbered(contact, numbers) {
      const batches = Array.from({ length: Math.ceil(numbers.length / BATCH) }, (_, i) =>
        numbers.slice(i * BATCH, (i + 1) * BATCH),
      );
      const found = await Promise.all(batches.map((batch) => readBatch(contact, batch, { documents, table })));
      return found.flat().sort((a, b) => a.seq - b.seq);
    },
  };
}

async function readBatch(
  contact: ContactRef,
  numbers: readonly number[],
  { documents, table }: { documents: DynamoDBDocumentClient; table: string },
): Promise<LedgerEntry[]> {
  const { partitionKey, sortKey } = ledgerTable;
  const found: LedgerEntry[] = [];
  let keys: Record<string, unknown>[] = numbers.map((seq) => ({ [partitionKey]: personOf(contact), [sortKey]: seq }));
  for (let tried = 0; keys.length > 0; tried++) {
    if (tried === TRIES) throw new RetryableError('DynamoDB does not give all of this contact’s entries');
    const asked = { [table]: { Keys: keys, ConsistentRead: true } };
    const { Responses, UnprocessedKeys } = await documents.send(new BatchGetCommand({ RequestItems: asked }));
    found.push(...(Responses?.[table] ?? []).map(entryOf));
    keys = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return found;
}

function entryOf(item: Record<string, unknown>): LedgerEntry {
  return LedgerEntrySchema.parse(storedEntry(item)) as unknown as LedgerEntry;
}

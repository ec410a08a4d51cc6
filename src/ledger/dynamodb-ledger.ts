import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, paginateQuery, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { OurTime } from '../clocks.ts';
import type { ContactRef, LedgerEntry } from '../rules/entry.ts';
import { type Draft, nextEntry } from './chain.ts';
import { dynamodbEntries, type Entries } from './dynamodb-entries.ts';
import { itemOf, ledgerTable, personOf, refOf, settleTallies, storedEntry } from './dynamodb-item.ts';
import { DynamodbSnapshots, type SnapshotWriting } from './dynamodb-snapshots.ts';
import type { Ledger } from './ledger.ts';

/** Readers of a scan of the whole table, side by side. */
const SEGMENTS = 8;

const WAIT = ledgerTable.waitIndex.sortKey;

export type DynamodbLedgerOptions = {
  /** Where this is missing, snapshots are read and none is written. */
  snapshots?: SnapshotWriting;
  /** How many entries a call gives at most; default: as many as DynamoDB gives (1 MB). */
  page?: number;
};

/** The ledger in a DynamoDB table: one item an entry, no transactions. */
export function dynamodbLedger(client: DynamoDBClient, table: string, options: DynamodbLedgerOptions = {}): Ledger {
  return new DynamodbLedger(client, table, options);
}

class DynamodbLedger implements Ledger {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #entries: Entries;
  readonly #snapshots: DynamodbSnapshots;

  constructor(client: DynamoDBClient, table: string, { snapshots, page }: DynamodbLedgerOptions) {
    this.#documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    this.#table = table;
    this.#entries = dynamodbEntries(this.#documents, table, page);
    this.#snapshots = new DynamodbSnapshots(this.#documents, table, this.#entries, snapshots);
  }

  async read(contact: ContactRef): Promise<LedgerEntry[]> {
    const reading = await this.#snapshots.read(contact);
    await this.#snapshots.writeIfDue(contact, reading);
    return reading.entries;
  }

  readAll(contact: ContactRef): Promise<LedgerEntry[]> {
    return this.#entries.all(contact);
  }

  async append(contact: ContactRef, last: LedgerEntry | undefined, draft: Draft): Promise<LedgerEntry | 'conflict'> {
    const entry = nextEntry(contact, last, draft);
    try {
      await this.#documents.send(
        new PutCommand({
          TableName: this.#table,
          Item: itemOf(contact, entry),
          ConditionExpression: 'attribute_not_exists(#person)',
          ExpressionAttributeNames: { '#person': ledgerTable.partitionKey },
        }),
      );
      return entry;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'conflict';
      throw error;
    }
  }

  async peopleWith(addressHash: string): Promise<ContactRef[]> {
    const { name, partitionKey } = ledgerTable.addressIndex;
    const people = new Set<string>();
    const pages = paginateQuery(
      { client: this.#documents },
      {
        TableName: this.#table,
        IndexName: name,
        KeyConditionExpression: '#hash = :hash',
        ExpressionAttributeNames: { '#hash': partitionKey },
        ExpressionAttributeValues: { ':hash': addressHash },
      },
    );
    for await (const page of pages) {
      for (const item of page.Items ?? []) people.add(String(item[ledgerTable.partitionKey]));
    }
    return [...people].map(refOf);
  }

  async *waitsEndedIn(portal: number, span: { from: OurTime; until: OurTime }): AsyncIterable<ContactRef> {
    const { name, partitionKey } = ledgerTable.waitIndex;
    const pages = paginateQuery(
      { client: this.#documents },
      {
        TableName: this.#table,
        IndexName: name,
        KeyConditionExpression: '#portal = :portal AND #wait BETWEEN :from AND :until',
        ExpressionAttributeNames: { '#portal': partitionKey, '#wait': WAIT },
        ExpressionAttributeValues: { ':portal': portal, ':from': span.from, ':until': span.until },
      },
    );
    for await (const page of pages) {
      for (const item of page.Items ?? []) yield refOf(String(item[ledgerTable.partitionKey]));
    }
  }

  async *everybody(): AsyncIterable<ContactRef> {
    // The first entry stands for its contact: each contact has exactly one.
    const pages = paginateScan(
      { client: this.#documents },
      {
        TableName: this.#table,
        FilterExpression: '#seq = :one',
        ProjectionExpression: '#person',
        ExpressionAttributeNames: { '#person': ledgerTable.partitionKey, '#seq': ledgerTable.sortKey },
        ExpressionAttributeValues: { ':one': 1 },
      },
    );
    for await (const page of pages) {
      for (const item of page.Items ?? []) yield refOf(String(item[ledgerTable.partitionKey]));
    }
  }

  async scan(visit: Visit): Promise<void> {
    await Promise.all(Array.from({ length: SEGMENTS }, (_, segment) => this.#scanSegment(segment, visit)));
  }

  async settle(contact: ContactRef, entries: readonly LedgerEntry[]): Promise<void> {
    await Promise.all(settleTallies(this.#table, contact, entries).map((command) => this.#documents.send(command)));
  }

  async erase(contact: ContactRef, hashes?: ReadonlySet<string>): Promise<void> {
    for await (const page of this.#entries.pages(contact)) {
      const isToBeErased = ({ personal, addressHash }: LedgerEntry) =>
        personal !== undefined && (hashes === undefined || hashes.has(addressHash ?? ''));
      for (const { seq } of page.filter(isToBeErased)) await this.#eraseEntry(contact, seq);
    }
  }

  async #eraseEntry(contact: ContactRef, seq: number): Promise<void> {
    await this.#documents.send(
      new UpdateCommand({
        TableName: this.#table,
        Key: { [ledgerTable.partitionKey]: personOf(contact), [ledgerTable.sortKey]: seq },
        UpdateExpression: 'REMOVE #personal',
        ExpressionAttributeNames: { '#personal': 'personal' },
      }),
    );
  }

  /** DynamoDB keeps a contact's entries together, in order and in one segment (developer guide, "Working with scans"). */
  async #scanSegment(segment: number, visit: Visit): Promise<void> {
    let [person, entries]: [string | undefined, LedgerEntry[]] = [undefined, []];
    const handOver = () => person !== undefined && visit(refOf(person), entries);
    const pages = paginateScan(
      { client: this.#documents },
      { TableName: this.#table, ConsistentRead: true, TotalSegments: SEGMENTS, Segment: segment },
    );
    for await (const page of pages) {
      for (const item of page.Items ?? []) {
        if (item[ledgerTable.sortKey] === ledgerTable.note) continue;
        const owner = String(item[ledgerTable.partitionKey]);
        if (owner !== person) {
          handOver();
          [person, entries] = [owner, []];
        }
        entries.push(storedEntry(item) as LedgerEntry);
      }
    }
    handOver();
  }
}

type Visit = Parameters<Ledger['scan']>[0];

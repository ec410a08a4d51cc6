import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Now, type OurTime, shifted } from '../clocks.ts';
import type { Registry } from '../registry/registry.ts';
import type { ContactRef, LedgerEntry } from '../rules/entry.ts';
import type { Entries } from './dynamodb-entries.ts';
import { ledgerTable, personOf } from './dynamodb-item.ts';
import { readSnapshot, type Snapshot, snapshotOf, storedSnapshot } from './snapshot.ts';

/** What whoever writes snapshots needs. */
export type SnapshotWriting = {
  registry: Registry;
  now: Now;
  /** A snapshot could not be written: nothing depends on it. */
  onTrouble: (contact: ContactRef, error: unknown) => void;
  /** So many entries may have to be read behind the newest page; default: {@link BEHIND}. */
  behind?: number;
};

/** An item as it was found; `snapshot` is missing where this version cannot use it. */
type Found = { hash: unknown; snapshot?: Snapshot };

/** How a ledger was read: `behind` entries neither stood in the newest page nor could be left out. */
export type Reading = { entries: LedgerEntry[]; behind: number; found?: Found };

/** Some two pages (1 MB each): as much again as the newest page costs anyway. A day of somebody who reopens for ever adds about 3,000. */
const BEHIND = 2000;
/** Where a snapshot was not worth it or could not be written, nobody tries at every event, ms. */
const TRY_AGAIN_MS = 3_600_000;
/** So many contacts are remembered for that. */
const REMEMBERED = 1000;

/** Reads and writes the snapshots of one table. */
export class DynamodbSnapshots {
  readonly #documents: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #entries: Entries;
  readonly #writing: SnapshotWriting | undefined;
  readonly #tried = new Map<string, OurTime>();

  constructor(documents: DynamoDBDocumentClient, table: string, entries: Entries, writing?: SnapshotWriting) {
    this.#documents = documents;
    this.#table = table;
    this.#entries = entries;
    this.#writing = writing;
  }

  /** A contact's entries, but for repeats that a snapshot leaves out. Whose entries fit in one page is read by one call. */
  async read(contact: ContactRef): Promise<Reading> {
    const { entries, isWhole } = await this.#entries.newest(contact);
    const [first] = entries;
    // DynamoDB may end a page with the last item, and tell of another page all the same.
    if (isWhole || first === undefined || first.seq === 1) return { entries, behind: 0 };
    const found = await this.#find(contact);
    const noted = found !== undefined && { found };
    const short = found?.snapshot && (await this.#readBy(found.snapshot, contact, entries));
    if (short !== undefined) return { ...short, ...noted };
    const older = await this.#entries.all(contact, { from: 1, until: first.seq - 1 });
    return { entries: [...older, ...entries], behind: older.length, ...noted };
  }

  /** Writes a snapshot where too much had to be read. Nothing depends on whether that succeeds. */
  async writeIfDue(contact: ContactRef, reading: Reading): Promise<void> {
    const writing = this.#writing;
    if (writing === undefined || reading.behind <= (writing.behind ?? BEHIND)) return;
    if (!this.#mayTry(personOf(contact), writing.now())) return;
    try {
      const snapshot = snapshotOf(reading.entries, writing.registry, writing.now());
      if (snapshot !== undefined) await this.#write(contact, snapshot, reading.found);
    } catch (error) {
      // Another instance has written one since.
      if (!(error instanceof ConditionalCheckFailedException)) writing.onTrouble(contact, error);
    }
  }

  /** What the snapshot keeps, and every entry after it; undefined where the snapshot does not fit the chain or something is missing. */
  async #readBy(
    { until, hash, kept }: Snapshot,
    contact: ContactRef,
    newest: readonly LedgerEntry[],
  ): Promise<Reading | undefined> {
    const before = (newest[0] as LedgerEntry).seq - 1;
    const between = until > before ? [] : await this.#entries.all(contact, { from: until, until: before });
    const read = [...between, ...newest];
    const from = (read[0] as LedgerEntry).seq;
    const hasNoGap = read.every(({ seq }, i) => seq === from + i);
    if (!hasNoGap || read.find(({ seq }) => seq === until)?.hash !== hash) return undefined;
    const wanted = kept.filter((number) => number < from);
    const old = await this.#entries.numbered(contact, wanted);
    if (old.length !== wanted.length) return undefined;
    const isKept = new Set(kept);
    const entries = [...old, ...read.filter(({ seq }) => seq > until || isKept.has(seq))];
    return { entries, behind: between.length };
  }

  async #find(contact: ContactRef): Promise<Found | undefined> {
    const { Item } = await this.#documents.send(
      new GetCommand({ TableName: this.#table, Key: keyOf(contact), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const snapshot = readSnapshot(Item);
    return { hash: Item['hash'], ...(snapshot !== undefined && { snapshot }) };
  }

  /** In the place of exactly the item that was found: never an older snapshot over a newer one. */
  async #write(contact: ContactRef, snapshot: Snapshot, found: Found | undefined): Promise<void> {
    const name = found === undefined ? ledgerTable.partitionKey : 'hash';
    const isThere = found?.hash !== undefined;
    await this.#documents.send(
      new PutCommand({
        TableName: this.#table,
        Item: { ...keyOf(contact), ...storedSnapshot(snapshot) },
        ConditionExpression: isThere ? '#name = :hash' : 'attribute_not_exists(#name)',
        ExpressionAttributeNames: { '#name': name },
        ...(isThere && { ExpressionAttributeValues: { ':hash': found.hash } }),
      }),
    );
  }

  #mayTry(person: string, now: OurTime): boolean {
    const last = this.#tried.get(person);
    if (last !== undefined && shifted(last, TRY_AGAIN_MS) > now) return false;
    if (this.#tried.size >= REMEMBERED) this.#tried.clear();
    this.#tried.set(person, now);
    return true;
  }
}

/** No contact's entries stand under this key, and scans leave out what has this number: older versions do not see the snapshot. */
function keyOf(contact: ContactRef) {
  return { [ledgerTable.partitionKey]: `snapshot#${personOf(contact)}`, [ledgerTable.sortKey]: ledgerTable.note };
}

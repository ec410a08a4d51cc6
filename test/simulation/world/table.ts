import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { millis } from '../../../src/clocks.ts';
import { ledgerTable, storedEntry } from '../../../src/ledger/dynamodb-item.ts';
import type { LedgerEntry } from '../../../src/rules/entry.ts';

type Input = {
  Item?: Record<string, unknown>;
  Key?: Record<string, unknown>;
  IndexName?: string;
  ConditionExpression?: string;
  ExpressionAttributeValues?: Record<string, unknown>;
  ScanIndexForward?: boolean;
};

/** The ledger's table: one winner for each key, consistent reads by person, an index that lags. */
export class SimulatedTable {
  /** By person, oldest first; kept as text so that nothing can be altered in place. */
  readonly #people = new Map<string, { text: string; indexedAt: number }[]>();
  readonly #now: () => number;
  readonly #indexLag: () => number;
  readonly #appended: (entry: LedgerEntry, before: readonly LedgerEntry[]) => void;

  constructor(
    now: () => number,
    indexLag: () => number,
    appended: (entry: LedgerEntry, before: readonly LedgerEntry[]) => void,
  ) {
    this.#now = now;
    this.#indexLag = indexLag;
    this.#appended = appended;
  }

  /** A command of the document client by its name. */
  execute(command: string, input: Input): object {
    switch (command) {
      case 'PutItemCommand':
        return this.#put(input);
      case 'QueryCommand':
        return { Items: this.#query(input) };
      case 'UpdateItemCommand':
        return this.#erase(input.Key ?? {});
      default:
        throw new Error(`the simulated table knows no ${command}`);
    }
  }

  entries(person: string): LedgerEntry[] {
    return (this.#people.get(person) ?? []).map(
      ({ text }) => storedEntry(JSON.parse(text) as Record<string, unknown>) as LedgerEntry,
    );
  }

  /** What point-in-time recovery gives: every entry until a moment (ms), none later. Returns the entries that are lost. */
  restoreTo(at: number): LedgerEntry[] {
    const lost: LedgerEntry[] = [];
    for (const [person, rows] of this.#people) {
      const entries = this.entries(person);
      lost.push(...entries.filter(({ recordedAt }) => millis(recordedAt) > at));
      this.#people.set(
        person,
        rows.filter((_, i) => millis((entries[i] as LedgerEntry).recordedAt) <= at),
      );
    }
    return lost;
  }

  get people(): string[] {
    return [...this.#people.keys()];
  }

  #of(person: string): object[] {
    return (this.#people.get(person) ?? []).map(({ text }) => JSON.parse(text) as object);
  }

  /** Our only condition is that nothing stands at the key. */
  #put({ Item = {}, ConditionExpression }: Input): object {
    // What status counts is told by no run.
    const { [ledgerTable.tallyIndex.partitionKey]: _, ...item } = Item;
    const person = String(item[ledgerTable.partitionKey]);
    const rows = this.#people.get(person) ?? [];
    const before = this.entries(person);
    const place = before.findIndex(({ seq }) => seq === item[ledgerTable.sortKey]);
    if (place >= 0 && ConditionExpression !== undefined) {
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    }
    const row = { text: JSON.stringify(item), indexedAt: this.#now() + this.#indexLag() };
    rows.splice(place < 0 ? rows.length : place, 1, row);
    this.#people.set(person, rows);
    this.#appended(JSON.parse(JSON.stringify(item)) as LedgerEntry, before);
    return {};
  }

  /** Everything in one page: nobody's ledger is so long that a snapshot is asked for. */
  #query({ IndexName, ScanIndexForward, ExpressionAttributeValues: values = {} }: Input): object[] {
    const { addressIndex, waitIndex } = ledgerTable;
    switch (IndexName) {
      case addressIndex.name:
        return this.#indexed((item) => item[addressIndex.partitionKey] === values[':hash']);
      case waitIndex.name: {
        const [from, until] = [Number(values[':from']), Number(values[':until'])];
        const isWithin = (wait: unknown) => typeof wait === 'number' && wait >= from && wait <= until;
        return this.#indexed(
          (item) => item[waitIndex.partitionKey] === values[':portal'] && isWithin(item[waitIndex.sortKey]),
        );
      }
      default: {
        const items = this.#of(String(values[':person']));
        return ScanIndexForward === false ? items.reverse() : items;
      }
    }
  }

  /** What the indexes show by now. */
  #indexed(isWanted: (item: Record<string, unknown>) => boolean): object[] {
    const now = this.#now();
    return [...this.#people.values()].flatMap((rows) =>
      rows.flatMap(({ text, indexedAt }) => {
        if (indexedAt > now) return [];
        const item = JSON.parse(text) as Record<string, unknown>;
        return isWanted(item) ? [item] : [];
      }),
    );
  }

  #erase(key: Record<string, unknown>): object {
    for (const row of this.#people.get(String(key[ledgerTable.partitionKey])) ?? []) {
      const { personal: _, ...rest } = JSON.parse(row.text) as LedgerEntry;
      if (rest.seq === key[ledgerTable.sortKey]) row.text = JSON.stringify(rest);
    }
    return {};
  }
}

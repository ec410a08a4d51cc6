import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ledgerTable } from '../src/ledger/dynamodb-item.ts';
import type { Stage } from '../stages/stage.ts';
import { allow } from './allow.ts';

/** The ledger: the proof that a "no" was heard and kept. It outlives the stack. */
export class LedgerTable extends Construct {
  /** The table that counts: the stack's own, or one that the stage names. */
  readonly table: ITable;
  readonly #key: IKey;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id);
    const ownKey = new Key(this, 'Key', {
      description: 'Widerruf: the ledger',
      enableKeyRotation: true,
      removalPolicy: stage.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const ownTable = new Table(this, 'Table', {
      partitionKey: { name: ledgerTable.partitionKey, type: AttributeType.STRING },
      sortKey: { name: ledgerTable.sortKey, type: AttributeType.NUMBER },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: ownKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.production,
      removalPolicy: stage.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const { addressIndex, waitIndex, tallyIndex } = ledgerTable;
    type Index = typeof addressIndex | typeof waitIndex | typeof tallyIndex;
    const index = ({ name, partitionKey, sortKey }: Index, type: AttributeType) =>
      ownTable.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: partitionKey, type },
        sortKey: { name: sortKey, type: AttributeType.NUMBER },
        projectionType: ProjectionType.KEYS_ONLY,
      });
    index(addressIndex, AttributeType.STRING);
    index(waitIndex, AttributeType.NUMBER);
    index(tallyIndex, AttributeType.STRING);
    // The own table stays where another one counts: nothing that holds data goes because a line of settings changed.
    const { existing } = stage;
    this.#key = existing.ledgerKey === undefined ? ownKey : Key.fromKeyArn(this, 'ExistingKey', existing.ledgerKey);
    this.table =
      existing.ledgerTable === undefined
        ? ownTable
        : Table.fromTableAttributes(this, 'ExistingTable', {
            tableName: existing.ledgerTable,
            encryptionKey: this.#key,
            globalIndexes: [addressIndex.name, waitIndex.name, tallyIndex.name],
          });
  }

  /**
   * Reading a contact's entries, of somebody whose ledger is long those that the snapshot names. DynamoDB asks KMS in the caller's name, so the
   * key must be allowed too.
   */
  allowRead(reader: IGrantable): void {
    allow(reader, ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:BatchGetItem'], this.table.tableArn);
    this.#key.grantDecrypt(reader);
  }

  /** Finding the ledgers that speak of an address. */
  allowSearch(reader: IGrantable): void {
    allow(reader, ['dynamodb:Query'], `${this.table.tableArn}/index/${ledgerTable.addressIndex.name}`);
  }

  /** Finding the contacts that wait for something. */
  allowFindWaits(reader: IGrantable): void {
    allow(reader, ['dynamodb:Query'], `${this.table.tableArn}/index/${ledgerTable.waitIndex.name}`);
  }

  /** Erasing personal data: of an entry only this one attribute may be touched, so erasing cannot rewrite the chain. */
  allowErase(eraser: IGrantable): void {
    this.#allowUpdate(eraser, 'personal');
  }

  /** Counting: what an entry counts as is no part of the chain, and of the entry itself nothing may be touched. */
  allowCount(counter: IGrantable): void {
    this.#allowUpdate(counter, ledgerTable.tallyIndex.partitionKey);
  }

  #allowUpdate(grantee: IGrantable, attribute: string): void {
    const { partitionKey, sortKey } = ledgerTable;
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:UpdateItem'],
      resourceArns: [this.table.tableArn],
      conditions: {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': [partitionKey, sortKey, attribute] },
        StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
      },
    });
  }

  /** Appending, and writing snapshots: a put, and never an update or a delete. */
  allowAppend(writer: IGrantable): void {
    allow(writer, ['dynamodb:PutItem'], this.table.tableArn);
    this.#key.grantEncryptDecrypt(writer);
  }
}

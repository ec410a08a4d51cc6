import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ledgerTable } from '../src/ledger/dynamodb-ledger.ts';
import { allow } from './allow.ts';
import type { Stage } from './stage.ts';

/** The ledger: the proof that a "no" was heard and kept. It outlives the stack. */
export class LedgerTable extends Construct {
  readonly table: Table;
  readonly #key: Key;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id);
    this.#key = new Key(this, 'Key', {
      description: 'Widerruf: the ledger',
      enableKeyRotation: true,
      removalPolicy: stage.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.table = new Table(this, 'Table', {
      partitionKey: { name: ledgerTable.partitionKey, type: AttributeType.STRING },
      sortKey: { name: ledgerTable.sortKey, type: AttributeType.NUMBER },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.#key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.production,
      removalPolicy: stage.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const { name, partitionKey, sortKey } = ledgerTable.addressIndex;
    this.table.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: sortKey, type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }

  /** Reading a contact's entries. DynamoDB asks KMS in the caller's name, so the key must be allowed too. */
  allowRead(reader: IGrantable): void {
    allow(reader, ['dynamodb:Query'], this.table.tableArn);
    this.#key.grantDecrypt(reader);
  }

  /** Finding the ledgers that speak of an address. */
  allowSearch(reader: IGrantable): void {
    allow(reader, ['dynamodb:Query'], `${this.table.tableArn}/index/${ledgerTable.addressIndex.name}`);
  }

  /** Erasing personal data: of an entry only this one attribute may be touched, so the chain cannot be rewritten. */
  allowErase(eraser: IGrantable): void {
    const { partitionKey, sortKey } = ledgerTable;
    Grant.addToPrincipal({
      grantee: eraser,
      actions: ['dynamodb:UpdateItem'],
      resourceArns: [this.table.tableArn],
      conditions: {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': [partitionKey, sortKey, 'personal'] },
        StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
      },
    });
  }

  /** Appending: a put, and never an update or a delete. */
  allowAppend(writer: IGrantable): void {
    allow(writer, ['dynamodb:PutItem'], this.table.tableArn);
    this.#key.grantEncryptDecrypt(writer);
  }
}

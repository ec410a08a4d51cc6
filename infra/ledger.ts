import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { ledgerTable } from '../src/ledger/dynamodb-ledger.ts';
import type { Stage } from './stage.ts';

/** The ledger: the proof that a "no" was heard and kept. It outlives the stack. */
export class LedgerTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: ledgerTable.partitionKey, type: AttributeType.STRING },
      sortKey: { name: ledgerTable.sortKey, type: AttributeType.NUMBER },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
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
}

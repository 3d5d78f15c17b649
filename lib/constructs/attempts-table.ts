import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { expiryAttribute, partitionKey } from '../../functions/verify-number/attempts/limits.ts';
import { acceptFindings } from './accepted-findings.ts';

/** Table of attempts. Its items are worthless after ten minutes, so it is deleted with the stack. */
export class AttemptsTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      timeToLiveAttribute: expiryAttribute,
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acceptFindings(this.table, {
      'AwsSolutions-DDB3': 'Items describe the last ten minutes, so a backup would be worthless.',
    });
  }
}

import { describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { PasswordWorkflow } from '../../../../lib/step-functions/password-workflow.ts';
import { readDefinition } from '../../../../scripts/templates/read-definition.ts';
import { newPasswordWorkflowStack } from '../../../support/password-workflow.ts';
import { aliasArn } from '../../../support/verify-task-machine.ts';

const stack = newPasswordWorkflowStack();
stack.grantAnswer(new Role(stack, 'Backend', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
const template = Template.fromStack(stack);

describe('PasswordWorkflowStack', () => {
  it('encrypts the messages and keeps them as long as their tokens are valid', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 300,
    });
    const definition = readDefinition(template.toJSON());
    expect(definition.States['Ask for the password']?.TimeoutSeconds).toBe(300);
  });

  it('logs every event without inputs and outputs', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  it('logs to a group that AWS services may write to', () => {
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: { 'Fn::Join': ['', Match.arrayWith(['/aws/vendedlogs/states/Passwords-'])] },
    });
  });

  it('lets the workflow send to its queue, invoke the alias, log and trace, and nothing else', () => {
    const statements = findStatements('Workflow');
    expect(statements.filter(({ Resource }) => Resource !== '*')).toEqual([
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': [queueId, 'Arn'] } },
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: { 'Fn::ImportValue': expect.stringContaining('Alias') },
      },
    ]);
    const actions = statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !/^(logs|xray):/.test(action))).toEqual([]);
  });

  it('lets a backend with grantAnswer read the queue and answer this workflow, and nothing else', () => {
    expect(findStatements('Backend')).toEqual([
      {
        Effect: 'Allow',
        Action: expect.arrayContaining(['sqs:ReceiveMessage', 'sqs:DeleteMessage']),
        Resource: { 'Fn::GetAtt': [queueId, 'Arn'] },
      },
      {
        Effect: 'Allow',
        Action: ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'],
        Resource: { Ref: expect.stringMatching(/^Workflow/) },
      },
    ]);
  });

  it('has the outputs that operators and backends need', () => {
    expect(Object.keys(template.toJSON()['Outputs'])).toEqual(['StateMachineArn', 'PasswordQueueUrl']);
  });

  it('has no findings of cdk-nag other than the accepted ones', () => {
    const { violations } = new AwsSolutionsChecks().validateScope(stack);
    const found = violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => `${constructPath} ${ruleName}`),
    );
    expect(found.sort()).toEqual(Object.keys(acceptedFindings).sort());
  });
});

/** Findings of cdk-nag that are accepted, with the reason. */
const acceptedFindings: Readonly<Record<string, string>> = {
  'Passwords/Default/Passwords/Resource AwsSolutions-SQS3':
    'A message that is not read in time is useless, because its execution fails with PasswordTimedOut.',
  'Passwords/Default/Workflow/Role/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::*]':
    'The actions for log delivery and for X-Ray traces do not support resources.',
};

describe('PasswordWorkflow with a KMS key', () => {
  const own = new Stack(new App(), 'Onboarding', { env: { region: 'ap-south-1', account: '000000000000' } });
  new PasswordWorkflow(own, 'Passwords', {
    verifyNumber: LambdaFunction.fromFunctionArn(own, 'VerifyNumber', aliasArn),
    encryptionKey: new Key(own, 'Key'),
  });
  const encrypted = Template.fromStack(own);
  const keyArn = { 'Fn::GetAtt': [Object.keys(encrypted.findResources('AWS::KMS::Key'))[0], 'Arn'] };

  it('encrypts the messages, the executions and the log group with it', () => {
    encrypted.hasResourceProperties('AWS::SQS::Queue', { KmsMasterKeyId: keyArn });
    encrypted.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: keyArn });
    encrypted.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      EncryptionConfiguration: { KmsKeyId: keyArn, Type: 'CUSTOMER_MANAGED_KMS_KEY' },
    });
  });

  it('lets the workflow and the logs use it', () => {
    encrypted.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Effect: 'Allow', Resource: keyArn },
        ]),
      },
    });
    const [key] = Object.values(encrypted.findResources('AWS::KMS::Key'));
    const principals = JSON.stringify(key?.['Properties'].KeyPolicy);
    expect(principals).toContain('logs.ap-south-1.amazonaws.com');
    expect(principals).toContain('delivery.logs.amazonaws.com');
  });
});

describe('PasswordWorkflow with a KMS key of its own for the log group', () => {
  const own = new Stack(new App(), 'Onboarding', { env: { region: 'ap-south-1', account: '000000000000' } });
  new PasswordWorkflow(own, 'Passwords', {
    verifyNumber: LambdaFunction.fromFunctionArn(own, 'VerifyNumber', aliasArn),
    encryptionKey: new Key(own, 'Key'),
    logEncryptionKey: new Key(own, 'LogKey') as IKey,
  });
  const encrypted = Template.fromStack(own);

  it('lets CloudWatch Logs use that key, and not the key of the messages', () => {
    const [group] = Object.values(encrypted.findResources('AWS::Logs::LogGroup'));
    const usable = Object.entries(encrypted.findResources('AWS::KMS::Key'))
      .filter(([, { Properties }]) => JSON.stringify(Properties.KeyPolicy).includes('"logs.ap-south-1.'))
      .map(([id]) => ({ 'Fn::GetAtt': [id, 'Arn'] }));
    expect(usable).toEqual([group?.['Properties'].KmsKeyId]);
  });
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

const findStatements = (role: string): Statement[] =>
  Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(role))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);

const [queueId] = Object.keys(template.findResources('AWS::SQS::Queue'));

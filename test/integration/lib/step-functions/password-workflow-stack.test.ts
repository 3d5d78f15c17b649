import { describe, expect, it } from '@jest/globals';
import { readDefinition } from '../../../../scripts/templates/read-definition.ts';
import { findResources, getProperties, type Json, readTemplate } from '../../../support/read-stacks.ts';

const template = readTemplate('password workflow', 'Passwords');
const withKey = readTemplate('password workflow with a key');
const withTwoKeys = readTemplate('password workflow with two keys');

const [queueId = ''] = Object.keys(findResources(template, 'AWS::SQS::Queue'));
const getKeyArns = (of: Json) =>
  Object.keys(findResources(of, 'AWS::KMS::Key')).map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] }));

const findStatements = (role: string, of = template): readonly Json[] =>
  Object.entries<Json>(findResources(of, 'AWS::IAM::Policy'))
    .filter(([id]) => id.includes(role))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);

describe('PasswordWorkflowStack', () => {
  it('encrypts the messages and keeps them as long as their tokens are valid', () => {
    expect(getProperties(template, 'AWS::SQS::Queue')).toEqual([
      { SqsManagedSseEnabled: true, MessageRetentionPeriod: 300 },
    ]);
    expect(readDefinition(template).States['Ask for the password']?.TimeoutSeconds).toBe(300);
  });

  it('logs every event without inputs and outputs, to a group that AWS services may write to', () => {
    const [machine] = getProperties(template, 'AWS::StepFunctions::StateMachine');
    expect(machine.LoggingConfiguration).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
    expect(getProperties(template, 'AWS::Logs::LogGroup')).toEqual([
      {
        RetentionInDays: 90,
        LogGroupName: {
          'Fn::Join': ['', expect.arrayContaining([expect.stringContaining('/aws/vendedlogs/states/')])],
        },
      },
    ]);
  });

  it('lets the workflow send to its queue, invoke the alias, log and trace, and nothing else', () => {
    const statements = findStatements('Workflow');
    expect(statements.filter(({ Resource }) => Resource !== '*')).toEqual([
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': [queueId, 'Arn'] } },
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: expect.anything() },
    ]);
    expect(JSON.stringify(statements[1]?.Resource)).toContain('Alias');
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
        Action: ['Failure', 'Heartbeat', 'Success'].map((result) => `states:SendTask${result}`),
        Resource: { Ref: expect.stringMatching(/^Workflow/) },
      },
    ]);
  });

  it('has the outputs that operators and backends need', () => {
    expect(Object.keys(template.Outputs)).toEqual(['StateMachineArn', 'PasswordQueueUrl']);
  });
});

describe('PasswordWorkflow', () => {
  it('has short names of states, whatever its id is', () => {
    const listNames = (of: Json) => Object.keys(readDefinition(of).States);
    expect(listNames(readTemplate('password workflow with a long id'))).toEqual(listNames(withKey));
  });

  it('encrypts the messages, the executions and the log group with its key', () => {
    const [key] = getKeyArns(withKey);
    expect(getProperties(withKey, 'AWS::SQS::Queue')).toEqual([
      expect.objectContaining({ KmsMasterKeyId: key }),
    ]);
    expect(getProperties(withKey, 'AWS::Logs::LogGroup')).toEqual([
      expect.objectContaining({ KmsKeyId: key }),
    ]);
    expect(getProperties(withKey, 'AWS::StepFunctions::StateMachine')).toEqual([
      expect.objectContaining({
        EncryptionConfiguration: expect.objectContaining({ KmsKeyId: key, Type: 'CUSTOMER_MANAGED_KMS_KEY' }),
      }),
    ]);
  });

  it('lets the workflow and the logs use the key', () => {
    const [key] = getKeyArns(withKey);
    expect(findStatements('Workflow', withKey)).toContainEqual({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Effect: 'Allow',
      Resource: key,
    });
    const policy = JSON.stringify(getProperties(withKey, 'AWS::KMS::Key'));
    expect(policy).toContain('logs.ap-south-1.amazonaws.com');
    expect(policy).toContain('delivery.logs.amazonaws.com');
  });

  it('lets CloudWatch Logs use the key for the logs, and not the key of the messages', () => {
    const usable = Object.entries<Json>(findResources(withTwoKeys, 'AWS::KMS::Key'))
      .filter(([, { Properties }]) => JSON.stringify(Properties.KeyPolicy).includes('"logs.ap-south-1.'))
      .map(([id]) => ({ 'Fn::GetAtt': [id, 'Arn'] }));
    expect(usable).toEqual(getProperties(withTwoKeys, 'AWS::Logs::LogGroup').map(({ KmsKeyId }) => KmsKeyId));
  });
});

describe('the alarms of PasswordWorkflow', () => {
  it('fire for a share of failed executions, for timeouts, and for requests that lost half of their time', () => {
    const [failures, timeouts, age] = getProperties(template, 'AWS::CloudWatch::Alarm');
    expect(failures).toMatchObject({ AlarmName: 'Passwords-WorkflowFailures', Threshold: 50 });
    expect(failures.Metrics[0].Expression).toBe(
      'IF(failed >= 5, 100 * failed / SUM([failed, succeeded]), 0)',
    );
    expect(timeouts).toMatchObject({ MetricName: 'ExecutionsTimedOut', Threshold: 1 });
    expect(age).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 150 });
  });

  it('notify the topic, or no one without a topic', () => {
    for (const { AlarmActions } of getProperties(withKey, 'AWS::CloudWatch::Alarm')) {
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Topic/) }]);
    }
    for (const alarm of getProperties(template, 'AWS::CloudWatch::Alarm')) {
      expect(alarm).not.toHaveProperty('AlarmActions');
    }
  });
});

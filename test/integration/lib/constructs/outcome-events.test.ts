import { describe, expect, it } from '@jest/globals';
import { getProperties, readTemplate } from '../../../support/read-stacks.ts';

const isAboutEvents = (value: unknown): boolean => JSON.stringify(value).includes('OutcomeEvents');

describe('outcomeEvents', () => {
  const template = readTemplate('a given bus');
  const bus = { 'Fn::GetAtt': [expect.stringMatching(/^Bus/), 'Arn'] };

  it("selects the log events of tenants' requests", () => {
    expect(getProperties(template, 'AWS::Logs::SubscriptionFilter')).toEqual([
      {
        DestinationArn: { 'Fn::GetAtt': [expect.stringMatching(/OutcomeEventsHandler/), 'Arn'] },
        FilterPattern: '{ ($.outcome = "*") && ($.tenant_id = "*") && ($.tenant_id != "_release-check") }',
        LogGroupName: { Ref: expect.stringMatching(/VerifyNumberLogs/) },
      },
    ]);
  });

  it('may put events on the bus and messages into the queue, and write its own logs', () => {
    const statements = getProperties(template, 'AWS::IAM::Policy')
      .filter(({ Roles }) => isAboutEvents(Roles))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    expect(statements.map(({ Action, Resource }) => [[Action].flat().at(-1), Resource])).toEqual([
      ['logs:PutLogEvents', { 'Fn::GetAtt': [expect.stringMatching(/OutcomeEventsLogs/), 'Arn'] }],
      ['events:PutEvents', bus],
      ['sqs:SendMessage', { 'Fn::GetAtt': [expect.stringMatching(/OutcomeEventsDeadLetters/), 'Arn'] }],
    ]);
  });

  it('keeps what Lambda gives up in the queue, with an alarm', () => {
    const queue = { 'Fn::GetAtt': [expect.stringMatching(/OutcomeEventsDeadLetters/), 'Arn'] };
    expect(getProperties(template, 'AWS::Lambda::EventInvokeConfig')).toContainEqual(
      expect.objectContaining({
        DestinationConfig: { OnFailure: { Destination: queue } },
        MaximumRetryAttempts: 2,
      }),
    );
    const alarms = getProperties(template, 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => AlarmName);
    expect(alarms.filter((name) => /UndeliveredEvents/.test(JSON.stringify(name)))).toHaveLength(1);
  });
});

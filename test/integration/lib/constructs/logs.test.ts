import { describe, expect, it } from '@jest/globals';
import { synthesizeTemplate } from '../../../../scripts/templates/synthesize.ts';
import { getProperties, getResources } from '../../../support/templates.ts';

const logKeyArn = 'arn:aws:kms:ap-south-1:111122223333:key/00000000-0000-0000-0000-000000000000';
const everyLog = { staticEgress: true, logKeyArn, logRetentionDays: 30, removalPolicy: 'destroy' } as const;

describe('every log group', () => {
  it('follows logKeyArn, logRetentionDays and removalPolicy', () => {
    const groups = getResources(synthesizeTemplate(everyLog), 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(5);
    for (const group of groups) {
      expect(group).toMatchObject({
        DeletionPolicy: 'Delete',
        Properties: { KmsKeyId: logKeyArn, RetentionInDays: 30 },
      });
    }
  });

  it('has no key and is retained by default', () => {
    const groups = getResources(synthesizeTemplate(), 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(3);
    for (const { DeletionPolicy, Properties } of groups) {
      expect(DeletionPolicy).toBe('Retain');
      expect(Properties).not.toHaveProperty('KmsKeyId');
    }
  });

  it('belongs to a function or an API that writes to it', () => {
    const functions = getProperties(synthesizeTemplate(everyLog), 'AWS::Lambda::Function');
    expect(functions).toHaveLength(3);
    for (const { LoggingConfig } of functions) expect(LoggingConfig.LogGroup.Ref).toMatch(/Logs[0-9A-F]{8}$/);
  });
});

describe('the platform’s log lines', () => {
  it('are JSON, as the lines of the functions are', () => {
    const functions = getProperties(synthesizeTemplate(), 'AWS::Lambda::Function');
    expect(functions.map(({ LoggingConfig }) => LoggingConfig.LogFormat)).toEqual(['JSON', 'JSON']);
  });
});

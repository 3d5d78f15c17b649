import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { failureCodes, getDefinition } from '../../../../functions/verify-number/core/failures.ts';
import { type Retrier, readDefinition } from '../../../../scripts/templates/read-definition.ts';
import { getProperties, readStack, readTemplate } from '../../../support/read-stacks.ts';
import { listStates } from '../../../support/state-machine.ts';
import { validateDefinition } from '../../../support/validate-definition.ts';

const readMachine = (scenario: string) => readDefinition(readTemplate(scenario));
const listNames = (scenario: string) => listStates(readMachine(scenario)).map(([name]) => name);

/** The longest wait before each retry, in seconds. */
const listWaits = ({ MaxAttempts, IntervalSeconds, BackoffRate, MaxDelaySeconds = Infinity }: Retrier) =>
  Array.from({ length: MaxAttempts }, (_, n) =>
    Math.min(IntervalSeconds * BackoffRate ** n, MaxDelaySeconds),
  );

describe.each(['JSONPath', 'JSONata'])('the definition of VerifyNumberTask in %s', (language) => {
  const definition = readMachine(`task in ${language}`);
  const tasks = listStates(definition).flatMap(([, state]) => (state.Type === 'Task' ? [state] : []));
  const retriers = tasks.flatMap(({ Retry = [] }) => Retry);

  it('is valid', () => {
    expect(validateDefinition(definition)).toBe('');
  });

  it('retries exactly the retryable codes whose wait does not outlast the password', () => {
    const names = retriers.flatMap(({ ErrorEquals }) => ErrorEquals);
    expect(failureCodes.filter((code) => names.includes(code))).toEqual(
      failureCodes.filter((code) => getDefinition(code).retryable && code !== 'TooManyAttempts'),
    );
  });

  it('waits with full jitter, on average at least as long as the catalogue advises', () => {
    for (const { ErrorEquals, IntervalSeconds, JitterStrategy } of retriers) {
      expect(JitterStrategy).toBe('FULL');
      for (const code of failureCodes.filter((one) => ErrorEquals.includes(one))) {
        expect(IntervalSeconds / 2).toBeGreaterThanOrEqual(getDefinition(code).retryAfterSeconds ?? 0);
      }
    }
  });

  it('waits for less than ten minutes in total, even if every kind of failure occurs', () => {
    const longestPause = 120;
    expect(retriers.flatMap(listWaits).reduce((sum, wait) => sum + wait, longestPause)).toBe(560);
  });

  it('has the waits that docs/step-functions.md lists', async () => {
    const page = await readFile(join(import.meta.dirname, '../../../../docs/step-functions.md'), 'utf8');
    const listed = [...page.matchAll(/^\| (.*) \| ([\d, ]+) \|$/gm)].map(([, errors = '', waits]) => [
      failureCodes.filter((code) => errors.includes(`\`${code}\``)),
      waits,
    ]);
    const actual = tasks[1]?.Retry?.map((retrier) => [
      failureCodes.filter((code) => retrier.ErrorEquals.includes(code)),
      listWaits(retrier).join(', '),
    ]);
    expect(listed).toEqual(actual);
  });

  it('ends an attempt after 60 seconds', () => {
    expect(tasks.map(({ TimeoutSeconds }) => TimeoutSeconds)).toEqual([60, 60]);
  });

  it.each([
    [`task in ${language}`, 'arn:aws:lambda:ap-south-1:000000000000:function:verify-phone-number:live'],
    [`task with an imported alias in ${language}`, { 'Fn::ImportValue': 'VerifyNumberArn' }],
  ])('lets the role invoke the function, and nothing else: %s', (scenario, arn) => {
    const policies = getProperties(readTemplate(scenario), 'AWS::IAM::Policy');
    expect(policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
      { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: expect.arrayContaining([arn]) },
    ]);
  });

  it("invokes an alias of another app's stack by its ARN", () => {
    const text = JSON.stringify(readMachine(`task with an imported alias in ${language}`));
    expect(text).toContain(`"FunctionName":"\${VerifyNumberArn}"`);
  });
});

describe('the query language of VerifyNumberTask', () => {
  it('is JSONPath by default', () => {
    expect(readMachine('task without a language')).toEqual(readMachine('task in JSONPath'));
  });

  it('can be JSONata in a state machine that uses JSONPath', () => {
    const definition = readMachine('task in JSONata, machine in JSONPath');
    expect(definition.QueryLanguage).not.toBe('JSONata');
    expect(listStates(definition).filter(([, state]) => state.QueryLanguage !== 'JSONata')).toEqual([]);
    expect(validateDefinition(definition)).toBe('');
  });

  it.each([
    ['task in JSONPath, machine in JSONata', /'queryLanguage' can not be 'JSONPath'.*Verify/],
    ['task in JSONPath with JSONata', /paths\.otp must be a JSONPath such as \$\.otp, but is \{%/],
    ['task in JSONata with JSONPath', /paths\.otp must be a JSONata expression such as \{%.*but is \$\.otp/],
  ])('must be that of the machine and of the paths: %s', (scenario, error) => {
    expect(readStack(scenario).error).toMatch(error);
  });
});

describe('the names of the states of VerifyNumberTask', () => {
  it('begin with the id', () => {
    expect(listNames('task in JSONPath')).toEqual([
      'Verify',
      'Verify: first attempts',
      'Verify: short pause',
      'Verify: later attempts',
      'Verify: long pause',
      'Verify: verified earlier',
      'Verify: outcome unknown',
    ]);
    expect(listNames('task id of 62')).toContain(`${'V'.repeat(62)}: first attempts`);
  });

  it.each(['task id of 62', 'task id of 63', 'task id of 80', 'two long task ids'])(
    'are distinct and have at most 80 characters: %s',
    (scenario) => {
      const names = listNames(scenario);
      expect(names.length % 7).toBe(0);
      expect(new Set(names).size).toBe(names.length);
      expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(80);
    },
  );

  it.each([
    ['task id of 81', 'V'.repeat(81)],
    ['prefixed task', 'V'.repeat(75)],
  ])('fail the synthesis if they are longer, with the id: %s', (scenario, id) => {
    expect(readStack(scenario).error).toContain(`Give VerifyNumberTask "${id}" a shorter id.`);
  });
});

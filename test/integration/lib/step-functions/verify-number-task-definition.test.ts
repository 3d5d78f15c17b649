import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { App, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, Pass, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { failureCodes, getDefinition } from '../../../../functions/verify-number/core/failures.ts';
import { resetConnection } from '../../../../lib/sandbox/kaleyra/behaviours.ts';
import { VerifyNumberTask } from '../../../../lib/step-functions/verify-number-task.ts';
import { type Retrier, readDefinition } from '../../../../scripts/templates/read-definition.ts';
import { directEvent, sampleCommand } from '../../../support/events.ts';
import { runStateMachine } from '../../../support/run-state-machine.ts';
import {
  kaleyraVerifiesBut,
  kaleyraWorks,
  type ScriptedFunction,
  startScriptedFunction,
  type Turn,
} from '../../../support/scripted-function.ts';
import { listStates } from '../../../support/state-machine.ts';
import { validateDefinition } from '../../../support/validate-definition.ts';
import { aliasArn, synthesizeVerifyTask } from '../../../support/verify-task-machine.ts';

const { JSON_PATH, JSONATA } = QueryLanguage;

/** The longest wait before each retry, in seconds. */
const listWaits = ({ MaxAttempts, IntervalSeconds, BackoffRate, MaxDelaySeconds = Infinity }: Retrier) =>
  Array.from({ length: MaxAttempts }, (_, n) =>
    Math.min(IntervalSeconds * BackoffRate ** n, MaxDelaySeconds),
  );

describe.each([[JSON_PATH], [JSONATA]])('the definition of VerifyNumberTask in %s', (language) => {
  const definition = readDefinition(synthesizeVerifyTask(language).toJSON());
  const retriers = listStates(definition).flatMap(([, { Retry = [] }]) => Retry);

  it('is valid', () => {
    expect(validateDefinition(definition)).toBe('');
  });

  it('retries exactly the retryable codes whose wait does not outlast the password', () => {
    const names = retriers.flatMap(({ ErrorEquals }) => ErrorEquals);
    const expected = failureCodes.filter(
      (code) => getDefinition(code).retryable && code !== 'TooManyAttempts',
    );
    expect(failureCodes.filter((code) => names.includes(code))).toEqual(expected);
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
    const rows = [...page.matchAll(/^\| (.*) \| ([\d, ]+) \|$/gm)];
    const listed = rows.map(([, errors = '', waits]) => [
      failureCodes.filter((code) => errors.includes(`\`${code}\``)),
      waits,
    ]);
    const [, secondPhase] = listStates(definition).filter(([, { Type }]) => Type === 'Task');
    const actual = secondPhase?.[1].Retry?.map((retrier) => [
      failureCodes.filter((code) => retrier.ErrorEquals.includes(code)),
      listWaits(retrier).join(', '),
    ]);
    expect(listed).toEqual(actual);
  });

  it('ends an attempt after 60 seconds', () => {
    const tasks = listStates(definition).filter(([, { Type }]) => Type === 'Task');
    expect(tasks.map(([, { TimeoutSeconds }]) => TimeoutSeconds)).toEqual([60, 60]);
  });

  it('lets the role of the state machine invoke the function, and nothing else', () => {
    const template = synthesizeVerifyTask(language);
    template.resourceCountIs('AWS::IAM::Policy', 1);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: Match.arrayWith([aliasArn]) },
        ],
      },
    });
  });

  it("accepts an alias of another app's stack by its ARN", () => {
    const stack = new Stack(new App(), 'Workflow');
    const arn = Fn.importValue('VerifyNumberArn');
    const verifyNumber = LambdaFunction.fromFunctionArn(stack, 'Alias', arn);
    const task = new VerifyNumberTask(stack, 'Verify', { verifyNumber, queryLanguage: language });
    new StateMachine(stack, 'Machine', {
      definitionBody: DefinitionBody.fromChainable(task),
      queryLanguage: language,
    });
    const template = Template.fromStack(stack);
    expect(JSON.stringify(readDefinition(template.toJSON()))).toContain(
      `"FunctionName":"\${VerifyNumberArn}"`,
    );
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Action: 'lambda:InvokeFunction',
            Resource: Match.arrayWith([{ 'Fn::ImportValue': 'VerifyNumberArn' }]),
          },
        ],
      },
    });
  });
});

describe('the query language of VerifyNumberTask', () => {
  it('is JSONPath by default', () => {
    expect(readDefinition(synthesizeVerifyTask(undefined).toJSON())).toEqual(
      readDefinition(synthesizeVerifyTask(JSON_PATH).toJSON()),
    );
  });

  it('can be JSONata in a state machine that uses JSONPath', () => {
    const definition = readDefinition(synthesizeVerifyTask(JSONATA, { machineLanguage: JSON_PATH }).toJSON());
    expect(definition.QueryLanguage).not.toBe('JSONata');
    expect(listStates(definition).filter(([, state]) => state.QueryLanguage !== 'JSONata')).toEqual([]);
    expect(validateDefinition(definition)).toBe('');
  });

  it('cannot be JSONPath in a state machine that uses JSONata', () => {
    expect(() => synthesizeVerifyTask(undefined, { machineLanguage: JSONATA })).toThrow(
      /'queryLanguage' can not be 'JSONPath'.*Verify/,
    );
    const definition = readDefinition(synthesizeVerifyTask(JSON_PATH).toJSON());
    expect(validateDefinition({ ...definition, QueryLanguage: 'JSONata' })).not.toBe('');
  });
});

describe('the paths of VerifyNumberTask', () => {
  it('must be JSONPaths in JSONPath', () => {
    expect(() => synthesizeVerifyTask(JSON_PATH, { paths: { otp: '{% $states.input.otp %}' } })).toThrow(
      'paths.otp must be a JSONPath such as $.otp, but is {% $states.input.otp %}.',
    );
  });

  it('must be expressions in JSONata', () => {
    expect(() => synthesizeVerifyTask(JSONATA, { paths: { otp: '$.otp' } })).toThrow(
      'paths.otp must be a JSONata expression such as {% $states.input.otp %}, but is $.otp.',
    );
  });
});

describe.each([
  [JSON_PATH, { phone_number: '$.phone.e164', otp: '$.reply.otp', id: '$.phone.id' }],
  [
    JSONATA,
    {
      phone_number: '{% $states.input.phone.e164 %}',
      otp: '{% $states.input.reply.otp %}',
      id: '{% $states.input.phone.id %}',
    },
  ],
])('a state machine in %s', (language, paths) => {
  let verifyNumber: ScriptedFunction;
  beforeAll(async () => {
    verifyNumber = await startScriptedFunction(sampleCommand.number.tenant_id);
  });
  afterAll(() => verifyNumber.close());

  const run = (template: Template, turns: readonly Turn[], input: Record<string, unknown>) => {
    verifyNumber.script(turns);
    const services = { 'arn:aws:states:::lambda:invoke': verifyNumber.invoke };
    return runStateMachine(readDefinition(template.toJSON()), input, services);
  };

  it('can catch an error by its code', async () => {
    const template = synthesizeVerifyTask(language, {
      extend: (task, stack) =>
        task.addCatch(new Pass(stack, 'Ask again', { queryLanguage: language }), { errors: ['OtpRejected'] }),
    });
    const rejected = await run(template, [{ error: 'OtpRejected' }], directEvent());
    expect(rejected.entered.at(-1)?.name).toBe('Ask again');
    const { error } = await run(template, [{ error: 'WabaNotFound' }], directEvent());
    expect(error?.name).toBe('WabaNotFound');
  });

  it.each([[678997654123456], [8007199254740993]])(
    'can select its fields, and the id %d as a number',
    async (id) => {
      const { tenant_id, waba_id, phone_number } = sampleCommand.number;
      const phone = { e164: phone_number, id };
      const input = { tenant_id, waba_id, phone, reply: { otp: sampleCommand.otp } };
      const template = synthesizeVerifyTask(language, { paths });
      const expected = { status: 'verified', tenant_id, waba_id, phone_number, id: String(id) };
      expect((await run(template, [kaleyraWorks], input)).output).toMatchObject(expected);
      const lost = await run(template, [kaleyraVerifiesBut(resetConnection), kaleyraWorks], input);
      expect(lost.output).toMatchObject(expected);
    },
  );

  it('fails if a field is missing', async () => {
    const { otp: _otp, ...input } = directEvent();
    const { error } = await run(synthesizeVerifyTask(language), [kaleyraWorks], input);
    expect(error?.name).toMatch(/^States\./);
    expect(verifyNumber.left()).toBe(1);
  });
});

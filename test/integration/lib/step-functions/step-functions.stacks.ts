/** Stacks with `VerifyNumberTask` and with `PasswordWorkflow`. */
import { type App, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Code, type IFunction, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  DefinitionBody,
  type IChainable,
  Pass,
  QueryLanguage,
  State,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import {
  PasswordWorkflow,
  type PasswordWorkflowProps,
} from '../../../../lib/step-functions/password-workflow.ts';
import { PasswordWorkflowStack } from '../../../../lib/step-functions/password-workflow-stack.ts';
import {
  VerifyNumberTask,
  type VerifyNumberTaskProps,
} from '../../../../lib/step-functions/verify-number-task.ts';
import { createWorkflowAlarms } from '../../../../lib/step-functions/workflow-alarms.ts';

const { JSON_PATH, JSONATA } = QueryLanguage;
const env = { region: 'ap-south-1', account: '000000000000' };

const importAlias = (
  stack: Stack,
  arn = 'arn:aws:lambda:ap-south-1:000000000000:function:verify-phone-number:live',
) => LambdaFunction.fromFunctionArn(stack, 'Alias', arn);

interface Machine extends Partial<VerifyNumberTaskProps> {
  readonly id?: string;
  /** The query language of the state machine, if it is not the task's. */
  readonly machineLanguage?: QueryLanguage;
  readonly aliasArn?: string;
  /** Adds states to the task. */
  readonly extend?: (task: VerifyNumberTask, stack: Stack) => IChainable;
}

/** A state machine that consists of the task. */
const createMachine =
  ({ id = 'Verify', machineLanguage, aliasArn, extend = (task) => task, ...props }: Machine = {}) =>
  (app: App): void => {
    const stack = new Stack(app, 'Workflow', { env });
    const task = new VerifyNumberTask(stack, id, { verifyNumber: importAlias(stack, aliasArn), ...props });
    new StateMachine(stack, 'Machine', {
      definitionBody: DefinitionBody.fromChainable(extend(task, stack)),
      queryLanguage: machineLanguage ?? props.queryLanguage ?? JSON_PATH,
    });
  };

const otherPaths = {
  [JSON_PATH]: { phone_number: '$.phone.e164', otp: '$.reply.otp', id: '$.phone.id' },
  [JSONATA]: {
    phone_number: '{% $states.input.phone.e164 %}',
    otp: '{% $states.input.reply.otp %}',
    id: '{% $states.input.phone.id %}',
  },
};

const createMachines = (queryLanguage: QueryLanguage) => ({
  [`task in ${queryLanguage}`]: createMachine({ queryLanguage }),
  [`task with a catch in ${queryLanguage}`]: createMachine({
    queryLanguage,
    extend: (task, stack) =>
      task.addCatch(new Pass(stack, 'Ask again', { queryLanguage }), { errors: ['OtpRejected'] }),
  }),
  [`task with paths in ${queryLanguage}`]: createMachine({ queryLanguage, paths: otherPaths[queryLanguage] }),
  [`task with an imported alias in ${queryLanguage}`]: createMachine({
    queryLanguage,
    aliasArn: Fn.importValue('VerifyNumberArn'),
  }),
});

const onboardingWith = (createProps: (stack: Stack) => Partial<PasswordWorkflowProps>) => (app: App) => {
  const stack = new Stack(app, 'Onboarding', { env });
  const verifyNumber = importAlias(stack);
  const workflow = new PasswordWorkflow(stack, 'Passwords', { verifyNumber, ...createProps(stack) });
  createWorkflowAlarms(workflow, new Topic(stack, 'Topic'));
};

export const scenarios = {
  ...createMachines(JSON_PATH),
  ...createMachines(JSONATA),
  'task without a language': createMachine(),
  'task in JSONata, machine in JSONPath': createMachine({
    queryLanguage: JSONATA,
    machineLanguage: JSON_PATH,
  }),
  'task in JSONPath, machine in JSONata': createMachine({ machineLanguage: JSONATA }),
  'task in JSONPath with JSONata': createMachine({ paths: { otp: '{% $states.input.otp %}' } }),
  'task in JSONata with JSONPath': createMachine({ queryLanguage: JSONATA, paths: { otp: '$.otp' } }),
  'prefixed task': createMachine({
    id: 'V'.repeat(75),
    extend: (task) => {
      State.prefixStates(task, 'Onboarding ');
      return task;
    },
  }),
  ...Object.fromEntries(
    [62, 63, 80, 81].map((n) => [`task id of ${n}`, createMachine({ id: 'V'.repeat(n) })]),
  ),
  'two long task ids': createMachine({
    id: `${'V'.repeat(70)}1`,
    extend: (task, stack) =>
      task.next(
        new VerifyNumberTask(stack, `${'V'.repeat(70)}2`, {
          verifyNumber: LambdaFunction.fromFunctionName(stack, 'Other', 'other'),
        }),
      ),
  }),
  /** The workflow's stack, with the function in another stack of the same app. */
  'password workflow': (app: App) => {
    const alias = new LambdaFunction(new Stack(app, 'Function', { env }), 'Handler', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('never run'),
    }).addAlias('live');
    const passwordTimeout = Duration.minutes(5);
    // The CDK's classes do not satisfy exactOptionalPropertyTypes.
    const stack = new PasswordWorkflowStack(app, 'Passwords', {
      env,
      verifyNumber: alias as IFunction,
      passwordTimeout,
    });
    const backend = new Role(stack, 'Backend', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    stack.grantAnswer(backend);
    createWorkflowAlarms(stack);
  },
  'password workflow with a key': onboardingWith((stack) => ({ encryptionKey: new Key(stack, 'Key') })),
  'password workflow with two keys': onboardingWith((stack) => ({
    encryptionKey: new Key(stack, 'Key'),
    logEncryptionKey: new Key(stack, 'LogKey') as IKey,
  })),
  'password workflow with a long id': (app: App) => {
    const stack = new Stack(app, 'Onboarding', { env });
    new PasswordWorkflow(stack, 'W'.repeat(200), { verifyNumber: importAlias(stack) });
  },
};

/** How the states of `VerifyNumberTask` select and pass on data, in each query language. */
import {
  type CatchProps,
  JsonPath,
  type ParallelProps,
  type PassProps,
  QueryLanguage,
  TaskInput,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { LambdaInvokeProps } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Verification } from '../../functions/verify-number/core/contract.ts';
import { type FieldName, fields } from '../../functions/verify-number/core/parse-command.ts';

/** Where the task finds the fields of the request: one expression for each field. */
export type Paths = Readonly<Record<FieldName, string>>;

/** A random number of whole seconds, at least 1 and at most `maxPauseSeconds`. */
interface Pause {
  readonly name: string;
  readonly maxPauseSeconds: number;
}

interface TaskExpressions {
  readonly language: string;
  readonly isPath: (text: string) => boolean;
  readonly getDefaultPath: (name: FieldName) => string;
  /** Reduces the input to the request, and returns the only branch's output. */
  readonly getParallelProps: (paths: Paths, pauses: readonly Pause[]) => ParallelProps;
  readonly invoke: Pick<LambdaInvokeProps, 'payload' | 'outputPath' | 'outputs'>;
  readonly keepInput: CatchProps;
  readonly getPauseTime: (pause: Pause) => WaitTime;
  readonly verifiedEarlier: PassProps;
}

const fieldNames = Object.keys(fields) as readonly FieldName[];

const mapFields = <T>(toValue: (name: FieldName) => T) =>
  Object.fromEntries(fieldNames.map((name) => [name, toValue(name)])) as Record<FieldName, T>;

/** The output if an earlier attempt verified the number. Kaleyra's reference was in the response that was lost. */
const describeEarlierVerification = (select: (name: FieldName) => string, id: string) =>
  ({
    status: 'verified',
    message: 'Verified by an earlier attempt whose response was lost.',
    tenant_id: select('tenant_id'),
    waba_id: select('waba_id'),
    id,
    phone_number: select('phone_number'),
  }) satisfies Verification;

const jsonPath: TaskExpressions = {
  language: 'JSONPath',
  isPath: (text) => /^(\$|States\.)/.test(text),
  getDefaultPath: (name) => `$.${name}`,
  getParallelProps: (paths, pauses) => ({
    parameters: {
      request: mapFields((name) => JsonPath.stringAt(paths[name])),
      pause_seconds: Object.fromEntries(
        pauses.map(({ name, maxPauseSeconds }) => [name, JsonPath.mathRandom(1, maxPauseSeconds)]),
      ),
    },
    outputPath: '$[0]',
  }),
  invoke: { payload: TaskInput.fromJsonPathAt('$.request'), outputPath: '$.Payload' },
  keepInput: { resultPath: JsonPath.DISCARD },
  getPauseTime: ({ name }) => WaitTime.secondsPath(`$.pause_seconds.${name}`),
  verifiedEarlier: {
    parameters: describeEarlierVerification(
      (name) => JsonPath.stringAt(`$.request.${name}`),
      // A string even if the request's id is a number.
      JsonPath.format('{}', JsonPath.stringAt('$.request.id')),
    ),
  },
};

const selectInput = (name: FieldName) => `{% $states.input.${name} %}`;

/** Step Functions implements JSONata 2.0.6: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */
const jsonata: TaskExpressions = {
  language: 'JSONata expression',
  isPath: (text) => /^\{%.*%\}$/s.test(text),
  getDefaultPath: selectInput,
  getParallelProps: (paths) => ({ arguments: { ...paths }, outputs: '{% $states.result[0] %}' }),
  invoke: { payload: TaskInput.fromText('{% $states.input %}'), outputs: '{% $states.result.Payload %}' },
  keepInput: { outputs: '{% $states.input %}' },
  getPauseTime: ({ maxPauseSeconds }) => WaitTime.seconds(`{% $floor($random() * ${maxPauseSeconds}) + 1 %}`),
  verifiedEarlier: {
    outputs: describeEarlierVerification(
      selectInput,
      // A string even if the request's id is a number. $string would round it to 15 digits.
      "{% $type($states.input.id) = 'number' ? $formatInteger($states.input.id, '0') : $states.input.id %}",
    ),
  },
};

export const getTaskExpressions = (queryLanguage: QueryLanguage): TaskExpressions =>
  queryLanguage === QueryLanguage.JSONATA ? jsonata : jsonPath;

/**
 * Completes the paths with the defaults.
 * @throws Error if a path is not an expression of the query language
 */
export const completePaths = (
  { language, isPath, getDefaultPath }: TaskExpressions,
  given: Partial<Paths> = {},
): Paths =>
  mapFields((name) => {
    const path = given[name] ?? getDefaultPath(name);
    if (isPath(path)) return path;
    throw new Error(`paths.${name} must be a ${language} such as ${getDefaultPath(name)}, but is ${path}.`);
  });

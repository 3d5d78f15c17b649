import { createHash } from 'node:crypto';
import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Fail,
  Parallel,
  Pass,
  QueryLanguage,
  type RetryProps,
  State,
  Timeout,
  Wait,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { FailureCode } from '../../functions/verify-number/core/failures.ts';
import {
  firstPhaseRetries,
  harmlessErrors,
  secondPhaseRetries,
  uncertainOutcomes,
} from './retry-schedule.ts';
import { completePaths, getTaskExpressions, type Paths } from './task-expressions.ts';

export interface VerifyNumberTaskProps {
  /** The function, or preferably its alias. The state machine's role gets the permission to invoke it. */
  readonly verifyNumber: IFunction;
  /**
   * The state machine's query language. A state machine that uses JSONPath can also contain this task in JSONata.
   * @default QueryLanguage.JSON_PATH
   */
  readonly queryLanguage?: QueryLanguage;
  /**
   * Where the state finds each field: a JSONPath (`$.number.id`, `$variable`) or a JSONata expression
   * (`{% $states.input.number.id %}`).
   * @default $.tenant_id or {% $states.input.tenant_id %}, and likewise for waba_id, id, phone_number and otp
   */
  readonly paths?: Partial<Paths>;
  /** @default none */
  readonly comment?: string;
}

/**
 * A state that verifies a number, with retries.
 *
 * Its output is the `Verification` and nothing else, so the password is not passed on. It fails with a code of the
 * catalogue, for `addCatch`, when its retries are used up. `AlreadyVerified` is a failure, unless the outcome of an
 * earlier attempt of this execution is unknown. Then it proves that this attempt verified the number.
 *
 * A state's Retry does not say which error it retried. Therefore a first Task retries only errors after which the
 * password was certainly not checked, and any unknown outcome leads to a second Task, which treats `AlreadyVerified`
 * as a success. A Parallel state with one branch makes them one state. If a branch fails, the Parallel state fails
 * with the same error.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
 */
export class VerifyNumberTask extends Parallel {
  /** @throws Error if a path is not an expression of the query language */
  constructor(scope: Construct, id: string, props: VerifyNumberTaskProps) {
    const { verifyNumber, queryLanguage = QueryLanguage.JSON_PATH, comment } = props;
    const expressions = getTaskExpressions(queryLanguage);
    super(scope, id, {
      ...expressions.getParallelProps(completePaths(expressions, props.paths), uncertainOutcomes),
      queryLanguage,
      ...(comment !== undefined && { comment }),
    });

    const prefix = shorten(id);
    const nameState = (name: string) => ({ stateName: `${prefix}: ${name}`, queryLanguage });
    const invoke = (name: string, retries: readonly RetryProps[]): LambdaInvoke => {
      const task = new LambdaInvoke(this, name, {
        ...nameState(name),
        ...expressions.invoke,
        lambdaFunction: verifyNumber,
        retryOnServiceExceptions: false,
        taskTimeout: Timeout.duration(taskTimeout),
      });
      for (const retry of retries) task.addRetry(retry);
      return task;
    };

    const firstPhase = invoke('first attempts', firstPhaseRetries);
    const secondPhase = invoke('later attempts', secondPhaseRetries);
    for (const outcome of uncertainOutcomes) {
      const name = `${outcome.name} pause`;
      const pause = new Wait(this, name, { ...nameState(name), time: expressions.getPauseTime(outcome) });
      firstPhase.addCatch(pause.next(secondPhase), { ...expressions.keepInput, errors: outcome.errors });
    }
    secondPhase.addCatch(
      new Pass(this, 'verified earlier', {
        ...nameState('verified earlier'),
        ...expressions.verifiedEarlier,
      }),
      { ...expressions.keepInput, errors: [alreadyVerified] },
    );
    secondPhase.addCatch(
      new Fail(this, 'outcome unknown', {
        ...nameState('outcome unknown'),
        error: outcomeUnknown,
        cause:
          'An earlier attempt may have verified the number, and the last one failed before Kaleyra checked the password.',
      }),
      { ...expressions.keepInput, errors: harmlessErrors },
    );
    this.branch(firstPhase);
    this.node.addValidation({ validate: () => findLongNames(this) });
  }
}

/** @see https://states-language.net/spec.html */
const maxNameLength = 80;
const maxPrefixLength = maxNameLength - ': verified earlier'.length;

/** The start of the inner states' names. The hash distinguishes long ids that begin alike. */
const shorten = (id: string): string => {
  if (id.length <= maxPrefixLength) return id;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 8);
  return `${id.slice(0, maxPrefixLength - hash.length - 1)} ${hash}`;
};

/** Checked at synthesis, because a `StateMachineFragment` can add a prefix to the names. */
const findLongNames = ({ node }: VerifyNumberTask): string[] =>
  node
    .findAll()
    .flatMap((state) =>
      state instanceof State && state.stateId.length > maxNameLength
        ? [
            `State name "${state.stateId}" has ${state.stateId.length} characters, but may have ${maxNameLength}. ` +
              `Give VerifyNumberTask "${node.id}" a shorter id.`,
          ]
        : [],
    );

const alreadyVerified = 'AlreadyVerified' satisfies FailureCode;
const outcomeUnknown = 'OutcomeUnknown' satisfies FailureCode;

/** Longer than the function's own timeout, which is less than the 30 s of an HTTP API. */
const taskTimeout = Duration.seconds(60);

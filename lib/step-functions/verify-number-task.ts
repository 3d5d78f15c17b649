import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Errors,
  JitterType,
  JsonPath,
  Parallel,
  Pass,
  type RetryProps,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { Verification } from '../../functions/verify-number/core/contract.ts';
import { catalogue, type FailureCode, failureCodes } from '../../functions/verify-number/core/failures.ts';
import { type FieldName, fields } from '../../functions/verify-number/core/parse-command.ts';

export interface VerifyNumberTaskProps {
  /** The function, or better its alias. The state machine's role gets the right to invoke it. */
  readonly verifyNumber: IFunction;
  /**
   * Where in the state's input each field is found, as a JSONPath.
   * @default $.tenant_id, $.waba_id, $.id, $.phone_number and $.otp
   */
  readonly paths?: Partial<Record<FieldName, string>>;
  /** @default none */
  readonly comment?: string;
}

/**
 * Verifies a number from any state machine that uses JSONPath, and tries again where that may help.
 *
 * Output: the `Verification`, and nothing else, so the password does not travel on. What the workflow needs later it
 * keeps in variables (`assign` of an earlier state).
 *
 * Fails with a code of the catalogue, for `addCatch`, once its retries are used up. `AlreadyVerified` is a failure,
 * unless an attempt of this very execution ended without anybody knowing how: then it is what that attempt did, and
 * the number counts as verified.
 *
 * How: a state's Retry does not tell which error was retried. So a first Task retries only where nothing can have
 * happened; an unknown outcome leads on to a second Task, to which `AlreadyVerified` is good news. A Parallel state
 * of one branch makes them one state, whose failure carries the name of the error inside.
 */
export class VerifyNumberTask extends Parallel {
  constructor(scope: Construct, id: string, { verifyNumber, paths, comment }: VerifyNumberTaskProps) {
    const names = Object.keys(fields) as FieldName[];
    super(scope, id, {
      parameters: {
        request: Object.fromEntries(
          names.map((name) => [name, JsonPath.stringAt(paths?.[name] ?? `$.${name}`)]),
        ),
        pause_seconds: JsonPath.mathRandom(1, longestPauseSeconds),
      },
      outputPath: '$[0]',
      ...(comment === undefined ? {} : { comment }),
    });

    const ask = (stateName: string, retries: readonly RetryProps[]): LambdaInvoke => {
      const task = new LambdaInvoke(this, stateName, {
        stateName: `${id}: ${stateName}`,
        lambdaFunction: verifyNumber,
        payload: TaskInput.fromJsonPathAt('$.request'),
        outputPath: '$.Payload',
        retryOnServiceExceptions: false,
        taskTimeout: Timeout.duration(taskTimeout),
      });
      for (const retry of retries) task.addRetry(retry);
      return task;
    };
    const first = ask('first attempts', retriesWhereNothingHappened);
    const again = ask('attempts after an unknown outcome', [
      ...retriesWhereNothingHappened,
      retryUnknownOutcome,
    ]);
    const pause = new Wait(this, 'pause', {
      stateName: `${id}: pause`,
      time: WaitTime.secondsPath('$.pause_seconds'),
    });
    const verified = new Pass(this, 'verified earlier', {
      stateName: `${id}: verified by an earlier attempt`,
      parameters: verifiedEarlier,
    });

    const keepingInput = { resultPath: JsonPath.DISCARD };
    first.addCatch(pause, { errors: [...unknownOutcomes], ...keepingInput });
    pause.next(again);
    again.addCatch(verified, { errors: [alreadyVerified], ...keepingInput });
    this.branch(first);
  }
}

const alreadyVerified = 'AlreadyVerified' satisfies FailureCode;
const outcomeUnknown = 'OutcomeUnknown' satisfies FailureCode;

/** What a number that an earlier attempt verified is answered with. Kaleyra's reference went to that attempt. */
const verifiedEarlier: Record<keyof Omit<Verification, 'reference'>, string> = {
  status: 'verified' satisfies Verification['status'],
  tenant_id: JsonPath.stringAt('$.request.tenant_id'),
  waba_id: JsonPath.stringAt('$.request.waba_id'),
  // The request may hold a number here; a verification never does.
  id: JsonPath.format('{}', JsonPath.stringAt('$.request.id')),
  phone_number: JsonPath.stringAt('$.request.phone_number'),
  message: 'Verified by an earlier attempt, whose answer was lost.',
};

/** Longer than the function may run, which is less than the 30 s of an HTTP API. */
const taskTimeout = Duration.seconds(60);

/** The pause before the first attempt after an unknown outcome is 1 s to less than this: Kaleyra may still be at it. */
const longestPauseSeconds = 11;

/**
 * After these nobody knows whether the number was verified: the function says so, or it, Lambda or the way there
 * broke down. Source: "Handle Lambda service exceptions" in the Step Functions developer guide; a function that is
 * stopped or ends itself is reported by the error type that Lambda gives it, or as `Lambda.Unknown`.
 */
const unknownOutcomes: readonly string[] = [
  outcomeUnknown,
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  Errors.TIMEOUT,
];

/**
 * Up to three retries. With full jitter each waits anywhere from nothing to its interval, so the first interval is
 * twice the seconds advised: on average the advice is kept. No interval exceeds three minutes, so that three retries
 * fit into the life of a one-time password.
 */
const withJitter = (errors: readonly string[], advisedSeconds = 5): RetryProps => ({
  errors: [...errors],
  interval: Duration.seconds(2 * advisedSeconds),
  backoffRate: 2,
  maxDelay: Duration.minutes(3),
  maxAttempts: 3,
  jitterStrategy: JitterType.FULL,
});

const retriesWhereNothingHappened: readonly RetryProps[] = [
  ...failureCodes.flatMap((code) => {
    const row: { retryable: boolean; retryAfterSeconds?: number } = catalogue[code];
    if (!row.retryable || code === outcomeUnknown) return [];
    return withJitter([code], row.retryAfterSeconds);
  }),
  // Lambda did not take the invocation.
  withJitter(['Lambda.TooManyRequestsException']),
];

const retryUnknownOutcome = withJitter(unknownOutcomes);

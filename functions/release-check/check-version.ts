import { InvokeCommand, type InvokeCommandOutput, type LambdaClient } from '@aws-sdk/client-lambda';
import { releaseCheckTenantId } from '../verify-number/core/contract.ts';
import type { FailureCode } from '../verify-number/core/failures.ts';
import type { RequestEvent } from '../verify-number/telemetry/request-event.ts';
import { secretFormatReason } from '../verify-number/tenants/secret.ts';

const expectedCode = 'CredentialsMisconfigured' satisfies FailureCode;

/**
 * Invokes one version for the reserved tenant. A good version starts, counts an attempt if it counts attempts, reads
 * and decrypts the secret, and rejects its format. Kaleyra is not called.
 * @param versionArn ARN of the version, with its number
 * @returns what is wrong with the version, or `undefined`
 */
export const checkVersion = async (lambda: LambdaClient, versionArn: string): Promise<string | undefined> => {
  try {
    const command = new InvokeCommand({
      FunctionName: versionArn,
      Payload: JSON.stringify(createCheckRequest()),
      LogType: 'Tail',
    });
    return findProblem(await lambda.send(command));
  } catch (error) {
    return `Lambda did not invoke the version: ${(error as Error).name}.`;
  }
};

/** A valid request whose number and id are new each time, so that no earlier check counts against this one. */
const createCheckRequest = () => ({
  tenant_id: releaseCheckTenantId,
  waba_id: '0',
  id: String(Date.now()),
  phone_number: `+1${Date.now()}`,
  otp: '000000',
});

const findProblem = ({ FunctionError, Payload, LogResult }: InvokeCommandOutput): string | undefined => {
  if (FunctionError === undefined) {
    return `The version returned a result. It must fail with ${expectedCode}: the secret of ${releaseCheckTenantId} must not contain credentials.`;
  }
  const { errorType, errorMessage } = JSON.parse(Buffer.from(Payload ?? '{}').toString());
  if (errorType !== expectedCode || !String(errorMessage).includes(secretFormatReason)) {
    return `The version failed with ${errorType}: ${errorMessage}`.slice(0, 500);
  }
  const attemptsError = findAttemptsError(Buffer.from(LogResult ?? '', 'base64').toString());
  return attemptsError && `The version could not count an attempt: ${attemptsError}.`;
};

const attemptsErrorField = 'attempts_error' satisfies keyof RequestEvent;

/** With `attemptsOnFailure=allow` only the log says that an attempt could not be counted. */
const findAttemptsError = (log: string): string | undefined =>
  new RegExp(`"${attemptsErrorField}":"([\\w.-]{1,100})"`).exec(log)?.[1];

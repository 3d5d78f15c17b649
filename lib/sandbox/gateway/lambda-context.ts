/** What Lambda passes to a function: its context, and the names and ARNs in it. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/** The name of the sandbox's function. */
export const functionName = 'verify-phone-number';

/** The account in the sandbox's ARNs. */
export const accountId = '000000000000';

/** What Lambda passes to a function in addition to the event. Its Node.js 24 runtime has no callbacks. */
export type LambdaContext = Omit<Context, 'done' | 'fail' | 'succeed'>;

export type Handler = (event: unknown, context: LambdaContext) => Promise<unknown>;

/** The function as the gateway and the Invoke path call it. */
export interface LambdaFunction {
  readonly handler: Handler;
  readonly region: string;
  /** Maximum duration of one call, in milliseconds. */
  readonly timeoutMs: number;
}

export const functionArn = (region: string, name = functionName): string =>
  `arn:aws:lambda:${region}:${accountId}:function:${name}`;

/** Creates the context of a call that starts now. */
export const createContext = (
  { region, timeoutMs }: Omit<LambdaFunction, 'handler'>,
  awsRequestId: string = randomUUID(),
): LambdaContext => {
  const endsAt = performance.now() + timeoutMs;
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn(region),
    memoryLimitInMB: '512',
    awsRequestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'sandbox',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(endsAt - performance.now())),
  };
};

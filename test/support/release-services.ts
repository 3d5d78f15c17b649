import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { LambdaProcess } from '../../bench/lambda-runtime/lambda-process.ts';

export interface ReleaseServices extends AsyncDisposable {
  readonly port: number;
  /** Events that the version was invoked with, by the ARN that was invoked. */
  readonly invocations: { readonly arn: string; readonly event: unknown }[];
  /** Verdicts that CodeDeploy received. */
  readonly verdicts: unknown[];
}

export interface ReleaseServicesOptions {
  /** Starts the version under test, as Lambda does for an invocation. */
  readonly startVersion: () => Promise<LambdaProcess>;
  /** What CodeDeploy says about who created the deployment; `undefined`: it rejects the question. */
  readonly creator: string | undefined;
}

/**
 * Lambda's Invoke and CodeDeploy on loopback. A function that cannot start fails its invocation, as with Lambda.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export const startReleaseServices = async (options: ReleaseServicesOptions): Promise<ReleaseServices> => {
  const invocations: { arn: string; event: unknown }[] = [];
  const verdicts: unknown[] = [];

  const invoke = async (arn: string, body: string, response: ServerResponse): Promise<void> => {
    const event: unknown = JSON.parse(body);
    invocations.push({ arn, event });
    await using version = await options.startVersion();
    const { payload, errorType } = await version.invoke(event).catch((error: Error) => ({
      payload: { errorType: 'Runtime.Unknown', errorMessage: error.message },
      errorType: 'Runtime.Unknown',
    }));
    const log = Buffer.from(await version.output()).subarray(-4096);
    response.writeHead(200, {
      'x-amz-log-result': log.toString('base64'),
      ...(errorType && { 'x-amz-function-error': 'Unhandled' }),
    });
    response.end(JSON.stringify(payload));
  };

  const codeDeploy = (operation: string | undefined, body: string, response: ServerResponse): void => {
    if (operation === 'PutLifecycleEventHookExecutionStatus') verdicts.push(JSON.parse(body));
    const rejected = operation === 'GetDeployment' && options.creator === undefined;
    response.writeHead(rejected ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(
        rejected ? { __type: 'AccessDeniedException' } : { deploymentInfo: { creator: options.creator } },
      ),
    );
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const arn = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '')?.[1];
    if (arn) return invoke(decodeURIComponent(arn), body, response);
    codeDeploy(String(request.headers['x-amz-target']).split('.')[1], body, response);
  };

  const server = createServer((request, response) => {
    respond(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    invocations,
    verdicts,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

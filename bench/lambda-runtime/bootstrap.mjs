/**
 * A small Node.js runtime for Lambda: loads the handler that `_HANDLER` names below `LAMBDA_TASK_ROOT`, then takes
 * invocations from the Runtime API and posts their results.
 *
 * Plain JavaScript, so that starting it does not include stripping types. AWS's own aws-lambda-ric is not used because
 * its installation compiles native code.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */

// Like aws-lambda-ric's `require`: a static `import` of node:http, node:fs or node:process runs all their getters, which
// loads fetch, and functions would then find it loaded.
const { existsSync } = process.getBuiltinModule('node:fs');
const { Agent, request } = process.getBuiltinModule('node:http');
const { join } = process.getBuiltinModule('node:path');
const { pathToFileURL } = process.getBuiltinModule('node:url');

const env = process.env;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const [hostname, port] = env.AWS_LAMBDA_RUNTIME_API.split(':');

const call = (method, path, body, headers = {}) =>
  new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const options = {
      hostname,
      port,
      agent,
      method,
      path: `/2018-06-01/runtime/${path}`,
      headers: { ...headers, ...length },
    };
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });

const postError = (path, error) => {
  const payload =
    error instanceof Error
      ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
      : { errorType: typeof error, errorMessage: String(error), trace: [] };
  return call('POST', path, JSON.stringify(payload), {
    'content-type': 'application/json',
    'lambda-runtime-function-error-type': payload.errorType,
  });
};

const loadHandler = async () => {
  const [, file, name] = /^(.+)\.([^.]+)$/.exec(env._HANDLER);
  const path = join(env.LAMBDA_TASK_ROOT, file);
  const found = ['.js', '.mjs', '.cjs'].map((extension) => path + extension).find(existsSync);
  if (!found) throw new Error(`Cannot find module '${file}'`);
  const handler = (await import(pathToFileURL(found).href))[name];
  if (typeof handler !== 'function') throw new Error(`${env._HANDLER} is undefined or not exported`);
  return handler;
};

const toContext = (headers) => {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
};

const handler = await loadHandler().catch(async (error) => {
  console.error(error);
  await postError('init/error', error);
  process.exit(1);
});
for (;;) {
  const { headers, text } = await call('GET', 'invocation/next');
  const context = toContext(headers);
  const path = `invocation/${context.awsRequestId}`;
  try {
    const result = JSON.stringify(await handler(JSON.parse(text), context)) ?? 'null';
    await call('POST', `${path}/response`, result, { 'content-type': 'application/json' });
  } catch (error) {
    await postError(`${path}/error`, error);
  }
}

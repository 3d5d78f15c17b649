/** The request of the console as code to copy: `POST /console/code`. */
import verifyNumberTask from '../../../examples/asl/verify-number.jsonpath.asl.json' with { type: 'json' };
import type { fields } from '../../../functions/verify-number/core/parse-command.ts';
import { functionArn, functionName } from '../gateway/lambda-context.ts';

/** A request without its password. The page inserts it in the browser. */
export type CodeRequest = Readonly<Record<Exclude<keyof typeof fields, 'otp'>, string>>;

interface CodeTarget {
  /** Where the sandbox listens. */
  readonly origin: string;
  readonly region: string;
  /** The bearer token, if callers need one. */
  readonly token?: string | undefined;
}

/** Stands for the password in the generated code. */
export const passwordPlaceholder = '__OTP__';

/** The languages that the console shows, in this order. */
export const codeLanguages = [
  { id: 'curl', label: 'curl', channel: 'http' },
  { id: 'node', label: 'Node', channel: 'http' },
  { id: 'python', label: 'Python', channel: 'http' },
  { id: 'java', label: 'Java', channel: 'http' },
  { id: 'kotlin', label: 'Kotlin', channel: 'http' },
  { id: 'go', label: 'Go', channel: 'http' },
  { id: 'csharp', label: 'C#', channel: 'http' },
  { id: 'php', label: 'PHP', channel: 'http' },
  { id: 'aws', label: 'AWS CLI', channel: 'direct' },
  { id: 'asl', label: 'Step Functions', channel: 'direct' },
] as const;

export type CodeLanguage = (typeof codeLanguages)[number];

/** Target and client of httpsnippet. Its Kotlin code needs a version of OkHttp that is no longer current. */
const snippetTargets = {
  curl: ['shell', 'curl'],
  node: ['node', 'fetch'],
  python: ['python', 'requests'],
  java: ['java', 'nethttp'],
  go: ['go', 'native'],
  csharp: ['csharp', 'httpclient'],
  php: ['php', 'curl'],
} as const;

/**
 * Whether a value can be part of code. Values of the documented form can be. Not every generator quotes other values so
 * that a shell does not run them.
 */
export const isSafeValue = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w+-]{0,64}$/.test(value);

/** Generates the code in every language. The values must be safe. */
export const generateRequestCode = async (
  request: CodeRequest,
  target: CodeTarget,
): Promise<Record<CodeLanguage['id'], string>> => {
  const { tenant_id, waba_id, ...rest } = request;
  const path = [tenant_id, waba_id].map(encodeURIComponent);
  const url = `${target.origin}/tenants/${path[0]}/whatsapp/${path[1]}/number/verify`;
  const body = JSON.stringify({ ...rest, otp: passwordPlaceholder });
  const headers = [
    { name: 'Content-Type', value: 'application/json' },
    ...(target.token ? [{ name: 'Authorization', value: `Bearer ${target.token}` }] : []),
  ];
  const har = { method: 'POST', url, headers, postData: { mimeType: 'application/json', text: body } };
  // Loaded on the first use, because most sandboxes run without a console.
  const { HTTPSnippet } = await import('@readme/httpsnippet');
  const snippet = new HTTPSnippet(har as ConstructorParameters<typeof HTTPSnippet>[0]);
  const generated = Object.entries(snippetTargets).map(([language, [name, client]]) => [
    language,
    String(snippet.convert(name, client)).trim(),
  ]);
  const code = Object.fromEntries(generated) as Record<keyof typeof snippetTargets, string>;
  return {
    ...code,
    java: `import java.net.URI;\nimport java.net.http.*;\n\n${code.java}`,
    csharp: withoutThrowing(code.csharp),
    kotlin: toKotlin(url, headers, body),
    aws: toAwsCli(request, target),
    asl: toStateMachine(request, target),
  };
};

interface Header {
  readonly name: string;
  readonly value: string;
}

/** The response to a failure has a body with the code, which an exception would hide. */
const withoutThrowing = (csharp: string): string => csharp.replace(/^.*EnsureSuccessStatusCode.*\n/m, '');

/** A JSON string without `$` is a Kotlin string. */
const toKotlinString = (text: string): string => JSON.stringify(text);

const toKotlin = (url: string, headers: readonly Header[], body: string): string =>
  `import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse

fun main() {
    val request = HttpRequest.newBuilder(URI.create(${toKotlinString(url)}))
${headers.map(({ name, value }) => `        .header(${toKotlinString(name)}, ${toKotlinString(value)})`).join('\n')}
        .POST(HttpRequest.BodyPublishers.ofString(${toKotlinString(body)}))
        .build()
    val response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString())
    println("\${response.statusCode()} \${response.body()}")
}`;

/** `fileb` passes the payload on as it is, in versions 1 and 2 of the AWS CLI. */
const toAwsCli = (request: CodeRequest, { origin, region }: CodeTarget): string =>
  `export AWS_ACCESS_KEY_ID=fake AWS_SECRET_ACCESS_KEY=fake

echo '${JSON.stringify({ ...request, otp: passwordPlaceholder })}' |
aws lambda invoke \\
  --endpoint-url ${origin} \\
  --region ${region} \\
  --function-name ${functionName} \\
  --payload fileb:///dev/stdin \\
  /dev/stdout`;

/**
 * The state of `VerifyNumberTask`, as a state machine of its own. The password comes from the execution's input, so that
 * the definition does not contain it.
 */
const toStateMachine = (request: CodeRequest, { region }: CodeTarget): string => {
  const definition = JSON.stringify(verifyNumberTask, null, 2);
  return Object.entries(request).reduce(
    (text, [name, value]) => text.replace(`"${name}.$": "$.${name}"`, `"${name}": "${value}"`),
    definition.replaceAll(/\$\{VerifyNumberArn\}/g, `${functionArn(region)}:live`),
  );
};

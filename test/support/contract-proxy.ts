import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { redoclyCli, redoclyEnvironment } from './redocly.ts';

/** One thing that the proxy found to be at odds with the OpenAPI document. */
export interface Finding {
  readonly severity: 'info' | 'warning' | 'error';
  readonly target: 'request' | 'response';
  readonly message: string;
  /** Which exchange, in the order of the responses, and its status: the first one, where several were alike. */
  readonly exchangeIndex: number;
  readonly status: number;
}

/** A response that went through the proxy. */
export interface PassedResponse {
  readonly status: number;
  readonly mimeType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Redocly's proxy in front of an API, which compares all that passes with an OpenAPI document.
 * @param document the document, parsed
 */
export const startContractProxy = async (document: unknown, target: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'contract-proxy-'));
  const [api, har] = [join(folder, 'openapi.json'), join(folder, 'traffic.har')];
  await writeFile(api, JSON.stringify(document));
  const between = ['--target', target, '--port', '0', '--match-mode', 'basepath'];
  const files = ['--api', api, '--har', har, '--format', 'json'];
  const proxy = spawn(process.execPath, [redoclyCli, 'proxy', ...between, ...files], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...redoclyEnvironment },
  });
  const report = text(proxy.stdout);
  return {
    url: await listening(proxy.stderr),
    /** Ends it, and tells what it found and what it saw. */
    finish: async (): Promise<{ findings: Finding[]; responses: PassedResponse[] }> => {
      proxy.kill('SIGINT');
      await once(proxy, 'close');
      const { problems } = JSON.parse(await report);
      const { entries } = JSON.parse(await readFile(har, 'utf8')).log;
      await rm(folder, { recursive: true });
      return { findings: problems, responses: entries.map(toPassedResponse) };
    },
  };
};

/** Where the proxy says it listens, on the first of its lines. */
const listening = (lines: NodeJS.ReadableStream): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    lines.on('data', (chunk) => {
      said += chunk;
      const url = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (url) resolve(url);
    });
    lines.on('end', () => reject(new Error(`The proxy did not start: ${said}`)));
  });

interface HarEntry {
  readonly response: {
    readonly status: number;
    readonly headers: readonly { readonly name: string; readonly value: string }[];
    readonly content: { readonly mimeType: string; readonly text: string };
  };
}

const toPassedResponse = ({ response: { status, headers, content } }: HarEntry): PassedResponse => ({
  status,
  mimeType: content.mimeType,
  headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
  body: JSON.parse(content.text),
});

import { parseArgs } from 'node:util';
import { isLoopbackUrl } from '../local/loopback-url.ts';

export interface SmokeOptions {
  /** Origin of the API. */
  readonly url: URL;
  /** The region to sign for. Absent: the configured one. */
  readonly region?: string;
}

/**
 * Parses the command line of the smoke test.
 * @throws Error of one sentence or two
 */
export const parseSmokeOptions = (args: readonly string[]): SmokeOptions | 'help' => {
  const { url: text, region: given, help } = parse(args);
  if (help) return 'help';
  if (text === undefined) throw new Error('Pass the output ApiUrl of the stack: --url <ApiUrl>.');
  const url = parseUrl(text);
  const own = getExecuteApiRegion(url.hostname);
  if (own !== undefined && given !== undefined && own !== given) {
    throw new Error(`The API is in ${own}, and --region is ${given}. Leave --region out.`);
  }
  const region = own ?? given;
  return { url, ...(region !== undefined && { region }) };
};

const parse = (args: readonly string[]) => {
  try {
    const options = {
      url: { type: 'string' },
      region: { type: 'string' },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [sentence] = (error as Error).message.split(/[.\n]/);
    throw new Error(`${sentence}. See npm run smoke -- --help.`);
  }
};

/** The request carries a signature or a token, so it goes out encrypted or not at all. */
const parseUrl = (text: string): URL => {
  const url = URL.parse(text);
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackUrl(url.href));
  const isOrigin = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (url && isSecure && isOrigin) return url;
  throw new Error('--url must be an https URL without a path, or http on loopback.');
};

/** @see https://docs.aws.amazon.com/general/latest/gr/apigateway.html */
const getExecuteApiRegion = (hostname: string): string | undefined =>
  /^[a-z0-9]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(hostname)?.[1];

export const helpText = `Usage: npm run smoke -- --url <ApiUrl> [--region <region>]

Calls a deployed API once, for the reserved tenant, and says whether it works. Contacts neither Kaleyra nor a tenant.

Options
  --url <ApiUrl>     The stack's output ApiUrl, or your domain.
  --region <region>  The API's region, if --url does not name it and it is not the configured one.
  --help             Print this help.

Signs the request with the credentials that the AWS CLI would use. With authorization=jwt, set API_TOKEN to a token
instead.
`;

import { parseArgs } from 'node:util';
import { outcomesText } from './kaleyra/outcomes-table.ts';
import { readSeed } from './read-seed.ts';
import type { SeedTenant } from './seed-tenants.ts';

/** What the command line and the environment say of `npm start`. */
export interface StartOptions {
  readonly help: boolean;
  /** Lines as JSON. */
  readonly json: boolean;
  /** Reload the function as its source changes. */
  readonly watch: boolean;
  readonly tenants: readonly SeedTenant[];
  readonly ports: { readonly http: number; readonly kaleyra: number; readonly secretsManager: number };
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the command line and the ports.
 * @throws Error, one sentence, that names what is wrong and what is accepted
 */
export const readOptions = (args: readonly string[], environment: Environment): StartOptions => {
  const { help, json, watch, seed } = parse(args);
  return {
    help,
    json,
    watch,
    tenants: seed === undefined ? [] : readSeed(seed),
    ports: {
      http: readPort(environment, 'PORT', 3000),
      kaleyra: readPort(environment, 'KALEYRA_SIMULATOR_PORT', 3001),
      secretsManager: readPort(environment, 'SECRETS_MANAGER_PORT', 3002),
    },
  };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        seed: { type: 'string' },
      },
    }).values;
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    throw new Error(`${sentence}. See npm start -- --help.`);
  }
};

const readPort = (environment: Environment, name: string, otherwise: number): number => {
  const text = environment[name];
  if (text === undefined || text === '') return otherwise;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new Error(`${name} must be a whole number from 0 to 65535; 0 picks a free port.`);
};

export const helpText = (): string => `Usage: npm start -- [options]

Runs the function on loopback: behind an HTTP API and Lambda's Invoke, with a Secrets Manager and a Kaleyra of its own.

Options
  --seed FILE  Tenants of your own, beside acme and globex. A JSON object with a field for each, in the form of
               its secret: {"initech": {"sid": "FAKESIDINITECH", "apiKey": "fake-api-key-of-initech"}}
  --watch      Reload the function as its source changes.
  --json       Print every line as JSON.
  --help       Print this.

Environment
  PORT                              HTTP API and Lambda's Invoke (3000). For each port, 0 picks a free one.
  KALEYRA_SIMULATOR_PORT            Kaleyra (3001).
  SECRETS_MANAGER_PORT              Secrets Manager (3002).
  AWS_REGION                        Selects the pod (ap-south-1).
  AWS_ENDPOINT_URL_SECRETS_MANAGER  Another Secrets Manager in place of the sandbox's.
  KALEYRA_BASE_URL                  Another Kaleyra in place of the sandbox's. It gets the tenants' API keys.
  NO_COLOR                          Disables colours.
  ATTEMPTS_TABLE                    Any name: attempts are counted, in memory.
  SECRET_PREFIX, SECRET_TTL_SECONDS, KALEYRA_POD, KALEYRA_TIMEOUT_MS, TENANT_CLAIM: as the function itself reads them.

Outcomes, chosen by the last four digits of the phone number
${outcomesText()}

Secrets, by the AWS CLI (it wants credentials; fake ones will do)
  aws secretsmanager list-secrets --endpoint-url http://127.0.0.1:3002 --region ap-south-1`;

/** The options of `npm start`, from its command line and its environment, and its help. */
import { parseArgs } from 'node:util';
import { variables } from '../../../functions/verify-number/config.ts';
import { formatOutcomesAsText } from '../kaleyra/outcomes-table.ts';
import { readSeed } from '../tenants/read-seed.ts';
import { sandboxCommand } from './command-name.ts';
import { controlUsage } from './control-command.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the command line and the ports.
 * @throws Error with one sentence that says what is wrong and what is accepted
 */
export const readOptions = (args: readonly string[], environment: Environment) => {
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
    throw new Error(`${sentence}. See ${sandboxCommand} --help.`);
  }
};

const readPort = (environment: Environment, name: string, otherwise: number): number => {
  const text = environment[name];
  if (text === undefined || text === '') return otherwise;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new Error(`${name} must be a whole number from 0 to 65535; 0 picks a free port.`);
};

export const formatHelp = (): string => `Usage: ${sandboxCommand} [options]
       ${sandboxCommand} control [...]

Runs the function on loopback: behind an HTTP API and Lambda's Invoke, with a simulated Secrets Manager and Kaleyra.

Options
  --seed FILE  Adds tenants. FILE contains a JSON object with one field per tenant, in the format of its secret:
               {"initech": {"sid": "FAKESIDINITECH", "apiKey": "fake-api-key-of-initech"}}
  --watch      Reloads the function when its source changes.
  --json       Prints every line as JSON. The line of a call is the function's own log line.
  --help       Prints this text.

Environment
  PORT                              Port of the HTTP API and Lambda's Invoke (3000). 0 picks a free port.
  KALEYRA_SIMULATOR_PORT            Port of Kaleyra (3001).
  SECRETS_MANAGER_PORT              Port of Secrets Manager (3002).
  AWS_REGION                        Selects the pod (ap-south-1).
  AWS_ENDPOINT_URL_SECRETS_MANAGER  Another Secrets Manager to use instead of the sandbox's.
  KALEYRA_BASE_URL                  Another Kaleyra to use instead of the sandbox's. It receives the tenants' API keys.
  NO_COLOR                          Disables colours.
  ATTEMPTS_TABLE                    Any name: attempts are counted, in memory.
${functionVariables.map((name) => `  ${name.padEnd(32)}  As for the function.`).join('\n')}

Outcomes
${formatOutcomesAsText()}

What only a sandbox can do, while it is running
${controlUsage.replaceAll(/^/gm, '  ')}

Secrets, with the AWS CLI (it needs credentials; fake ones are accepted)
  aws secretsmanager list-secrets --endpoint-url http://127.0.0.1:3002 --region ap-south-1`;

const functionVariables = Object.values(variables).filter((name) => name !== variables.attemptsTable);

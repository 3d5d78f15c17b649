import { RemovalPolicy } from 'aws-cdk-lib';
import { type OptionDefinition, optionTable } from './option-table.ts';
import type { OptionType } from './option-types.ts';

type Table = typeof optionTable;
type OptionName = keyof Table;
type Value<Row> = Row extends { readonly kind: OptionType<infer T> } ? T : never;

/** All options, checked. Those without a default may be absent. */
export type Options = {
  readonly [Name in OptionName]:
    | Value<Table[Name]>
    | (Table[Name] extends { default: unknown } ? never : undefined);
};

/** Options as construct props: each may be left out. */
export type OptionProps = { readonly [Name in OptionName]?: Value<Table[Name]> | undefined };

export const optionNames = Object.keys(optionTable) as readonly OptionName[];

/** Options that are refused. The message has one line for each thing wrong with them. */
export class InvalidOptions extends Error {
  override readonly name = 'InvalidOptions';

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * Reads options, from CDK context or from props.
 * @throws InvalidOptions with all that is wrong
 */
export const parseOptions = (given: Readonly<Record<string, unknown>>): Options => {
  const problems: string[] = [];
  const read = (name: OptionName): unknown => {
    const row: OptionDefinition<unknown> = optionTable[name];
    if (given[name] === undefined) return row.default;
    const value = row.kind.read(given[name]);
    if (value === undefined) {
      problems.push(`Option ${name} is ${JSON.stringify(given[name])}. It must be ${row.kind.accepts}.`);
    }
    return value;
  };
  for (const name of Object.keys(given).filter((name) => !Object.hasOwn(optionTable, name))) {
    problems.push(`There is no option ${name}. The options are ${optionNames.join(', ')}.`);
  }
  const options = Object.fromEntries(optionNames.map((name) => [name, read(name)])) as unknown as Options;
  if (problems.length === 0) problems.push(...conflicts(options));
  if (problems.length > 0) throw new InvalidOptions(problems);
  return options;
};

const together: readonly (readonly [OptionName, OptionName])[] = [
  ['domainName', 'certificateArn'],
  ['vpcId', 'subnetIds'],
];

const jwtNeeds = ['jwtIssuer', 'jwtAudience'] as const;

function* conflicts(options: Options): Generator<string> {
  for (const [one, other] of together) {
    if ((options[one] === undefined) !== (options[other] === undefined)) {
      yield `Options ${one} and ${other} go together: give both or neither.`;
    }
  }
  if (options.authorization === 'jwt') {
    for (const name of jwtNeeds) {
      if (options[name] === undefined)
        yield `Option authorization=jwt needs ${name}: ${optionTable[name].kind.accepts}.`;
    }
  }
  if (options.staticEgress && options.vpcId !== undefined) {
    yield "Option staticEgress makes a VPC, and vpcId names one: give one of them. A VPC of yours has its own NAT's address.";
  }
  if (options.egressAllocationId !== undefined && !options.staticEgress) {
    yield 'Option egressAllocationId has a meaning only with staticEgress=true.';
  }
  if (options.keepDefaultEndpoint && options.domainName === undefined) {
    yield 'Option keepDefaultEndpoint has a meaning only with domainName.';
  }
  if (options.attemptsOnFailure === 'refuse' && !options.countAttempts) {
    yield 'Option attemptsOnFailure has a meaning only with countAttempts=true.';
  }
  if (options.alarmTopicArn !== undefined && options.alarmEmail !== undefined) {
    yield 'Options alarmTopicArn and alarmEmail say where alarms go in two ways: give one of them.';
  }
  const { reservedConcurrency, provisionedConcurrency } = options;
  if (reservedConcurrency && provisionedConcurrency && provisionedConcurrency > reservedConcurrency) {
    yield `Option provisionedConcurrency is ${provisionedConcurrency}. It must be at most reservedConcurrency, ${reservedConcurrency}.`;
  }
}

/** The option of that name as CDK says it. */
export const removalPolicyOf = ({ removalPolicy }: Options): RemovalPolicy =>
  removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

/** All options as a Markdown table, for the README. */
export const optionsMarkdown = (): string => {
  const rows = optionNames.map((name) => {
    const { kind, describes, default: preset, without }: OptionDefinition<unknown> = optionTable[name];
    return `| \`${name}\` | ${preset === undefined ? without : `\`${preset}\``} | ${describes}. | ${kind.accepts} |`;
  });
  return ['| option | default | what it decides | accepts |', '|---|---|---|---|', ...rows].join('\n');
};

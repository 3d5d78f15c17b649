import { RemovalPolicy } from 'aws-cdk-lib';
import { type OptionValues, parseOptionValues } from './define-option.ts';
import { findOptionConflicts } from './option-conflicts.ts';
import { optionTable } from './option-table.ts';

/** The options of the construct, checked. Those without a default may be absent. */
export type Options = OptionValues<typeof optionTable>;

/** Thrown for invalid options. The message has one line for each problem. */
export class InvalidOptions extends Error {
  override readonly name = 'InvalidOptions';

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Parses the construct's options and returns one sentence for each problem. Ignores other names. */
export const tryParseOptions = (given: Readonly<Record<string, unknown>>) => {
  const { values, problems } = parseOptionValues(optionTable, given);
  return { values, problems: problems.length > 0 ? problems : [...findOptionConflicts(values)] };
};

/**
 * Parses the construct's options, which are among its props.
 * @throws InvalidOptions with everything that is wrong
 */
export const parseOptions = (props: object): Options => {
  const { values, problems } = tryParseOptions({ ...props });
  if (problems.length > 0) throw new InvalidOptions(problems);
  return values;
};

/** The option `removalPolicy` as the CDK's type. */
export const toRemovalPolicy = ({ removalPolicy }: Options): RemovalPolicy =>
  removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

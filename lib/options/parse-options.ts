import { RemovalPolicy } from 'aws-cdk-lib';
import { type OptionValues, readOptions } from './define-option.ts';
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

/** Reads the construct's options, with one sentence for each problem. Ignores other names. */
export const checkOptions = (given: Readonly<Record<string, unknown>>) => {
  const { values, problems } = readOptions(optionTable, given);
  return { values, problems: problems.length > 0 ? problems : [...findOptionConflicts(values)] };
};

/**
 * Reads the construct's options from its props.
 * @throws InvalidOptions with everything that is wrong
 */
export const parseOptions = (props: object): Options => {
  const { values, problems } = checkOptions({ ...props });
  if (problems.length > 0) throw new InvalidOptions(problems);
  return values;
};

/** The option `removalPolicy` as the CDK's type. */
export const toRemovalPolicy = ({ removalPolicy }: Options): RemovalPolicy =>
  removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

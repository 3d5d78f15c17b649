/** What options and props accept, and how they depend on each other. */
import type { ValueKind } from './value-kinds.ts';

/** A condition is the name of a value that is set and not false, or `name=value`. */
export interface Rule<T = unknown> {
  /** What is accepted; of a list, each item. */
  readonly kind?: ValueKind<T>;
  /** Without any of these conditions, the value has no effect. */
  readonly needs?: readonly string[];
  readonly excludes?: readonly string[];
  /** A condition under which the value must be set. */
  readonly requiredBy?: string;
}

type Values = Readonly<Record<string, unknown>>;

/** Thrown for invalid options or props. The message has one line for each problem. */
export class InvalidOptions extends Error {
  override readonly name = 'InvalidOptions';

  constructor(problems: readonly string[]) {
    super([...new Set(problems)].join('\n'));
  }
}

/** The problem of a value that is not accepted. */
export const describeInvalid = (term: string, value: unknown, { accepts }: ValueKind<unknown>): string =>
  `${term} is ${JSON.stringify(value)}. It must be ${accepts}.`;

const isMet = (values: Values, condition: string): boolean => {
  const [name = '', expected] = condition.split('=');
  const value = values[name];
  return expected === undefined ? value !== undefined && value !== false : String(value) === expected;
};

/**
 * Yields one sentence for each combination of values that cannot work.
 * @param term what a value is called
 */
export function* findConflicts(
  term: 'Option' | 'Prop',
  rules: Readonly<Record<string, Rule>>,
  values: Values,
): Generator<string> {
  for (const [name, { needs = [], excludes = [], requiredBy }] of Object.entries(rules)) {
    if (requiredBy !== undefined && values[name] === undefined && isMet(values, requiredBy)) {
      yield `${term} ${requiredBy} needs ${name}.`;
    }
    if (!isMet(values, name)) continue;
    if (needs.length > 0 && !needs.some((condition) => isMet(values, condition))) {
      yield `${term} ${name} has an effect only with ${needs.join(' or ')}.`;
    }
    for (const condition of excludes) {
      if (isMet(values, condition)) yield `${term} ${name} excludes ${condition}.`;
    }
  }
  const { reservedConcurrency: reserved, provisionedConcurrency: provisioned } = values;
  if (Number(reserved) > 0 && Number(provisioned) > Number(reserved)) {
    yield `${term} provisionedConcurrency is ${provisioned}. It must be at most reservedConcurrency, ${reserved}.`;
  }
}

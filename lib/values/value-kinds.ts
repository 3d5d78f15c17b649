/** Kinds of values: how a value is read, as text from `-c` or as it is, and how to describe what is accepted. */

export interface ValueKind<T> {
  /** Ends the sentence "It must be …". */
  readonly accepts: string;
  /** Values as text. */
  readonly examples: readonly string[];
  /** Returns the value, or `undefined` if it is not valid. A value that was read is returned as it is. */
  readonly read: (value: unknown) => T | undefined;
}

export const wholeNumber = (min: number, max: number): ValueKind<number> => ({
  accepts: `a whole number from ${min} to ${max}`,
  examples: [`${min + 1}`, `${max}`],
  read: (value) => {
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    return Number.isInteger(number) && min <= Number(number) && Number(number) <= max
      ? Number(number)
      : undefined;
  },
});

export const oneNumberOf = <T extends number>(accepted: readonly T[]): ValueKind<T> => ({
  accepts: `one of ${accepted.join(', ')}`,
  examples: accepted.map(String),
  read: (value) => accepted.find((number) => String(number) === String(value)),
});

export const oneOf = <const T extends string>(accepted: readonly T[]): ValueKind<T> => ({
  accepts: `one of ${accepted.join(', ')}`,
  examples: accepted.map(String),
  read: (value) => accepted.find((text) => text === value),
});

export const yesOrNo: ValueKind<boolean> = {
  accepts: 'true or false',
  examples: ['true'],
  read: (value) => [true, false].find((accepted) => String(accepted) === String(value)),
};

/** Text that matches a pattern or a predicate. */
export const text = (
  accepts: string,
  matches: RegExp | ((value: string) => boolean),
  ...examples: readonly string[]
): ValueKind<string> => ({
  accepts,
  examples,
  read: (value) =>
    typeof value === 'string' && (typeof matches === 'function' ? matches(value) : matches.test(value))
      ? value
      : undefined,
});

/** One or more values without duplicates: an array, or text with commas between them. */
export const listOf = <T>(kind: ValueKind<T>, accepts: string): ValueKind<readonly T[]> => ({
  accepts,
  examples: [...kind.examples, kind.examples.join(',')],
  read: (value) => {
    const items = typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
    if (!Array.isArray(items) || items.length === 0 || new Set(items).size < items.length) return undefined;
    const read = items.map((item) => kind.read(item)).filter((item) => item !== undefined);
    return read.length === items.length ? read : undefined;
  },
});

/**
 * An Amazon Resource Name of one service.
 * @param resource pattern of the part after the account
 * @param examples examples of that part
 */
export const arn = (what: string, service: string, resource: string, ...examples: readonly string[]) => {
  const arns = examples.map((example) => `arn:aws:${service}:ap-south-1:111122223333:${example}`);
  const pattern = new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource}$`);
  return text(`the ARN of ${what}, such as ${arns[0]}`, pattern, ...arns);
};

/** An id that AWS generates, such as `vpc-0123abcd`. */
export const awsId = (what: string, prefix: string): ValueKind<string> =>
  text(
    `${what}, ${prefix}-…`,
    new RegExp(`^${prefix}-[0-9a-f]{8,17}$`),
    `${prefix}-00000000`,
    `${prefix}-11111111`,
  );

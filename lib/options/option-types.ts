/** Kinds of option values: how a value is read, either as text from `-c` or as it is, and how to describe it. */

export interface OptionType<T> {
  /** Ends the sentence "It must be …". */
  readonly accepts: string;
  /** The type of the construct prop, as TypeScript source. */
  readonly typeScript: string;
  /** Returns the value, or `undefined` if it is not valid. Accepts its own results. */
  read(value: unknown): T | undefined;
}

export const wholeNumber = (min: number, max: number): OptionType<number> => ({
  accepts: `a whole number from ${min} to ${max}`,
  typeScript: 'number',
  read: (value) => {
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    return Number.isInteger(number) && min <= Number(number) && Number(number) <= max
      ? Number(number)
      : undefined;
  },
});

export const oneNumberOf = (accepted: readonly number[]): OptionType<number> => ({
  accepts: `one of ${accepted.join(', ')}`,
  typeScript: 'number',
  read: (value) => accepted.find((number) => String(number) === String(value)),
});

export const oneOf = <const T extends string>(accepted: readonly T[]): OptionType<T> => ({
  accepts: `one of ${accepted.join(', ')}`,
  typeScript: accepted.map((text) => `'${text}'`).join(' | '),
  read: (value) => accepted.find((text) => text === value),
});

export const yesOrNo: OptionType<boolean> = {
  accepts: 'true or false',
  typeScript: 'boolean',
  read: (value) => [true, false].find((accepted) => String(accepted) === String(value)),
};

/** Text that matches a pattern or a predicate. */
export const text = (
  accepts: string,
  matches: RegExp | ((value: string) => boolean),
): OptionType<string> => ({
  accepts,
  typeScript: 'string',
  read: (value) =>
    typeof value === 'string' && (typeof matches === 'function' ? matches(value) : matches.test(value))
      ? value
      : undefined,
});

/** One or more values without duplicates: an array, or text with commas between them. */
export const listOf = <T>(kind: OptionType<T>, accepts: string): OptionType<readonly T[]> => ({
  accepts,
  typeScript: `${kind.typeScript} | readonly ${kind.typeScript}[]`,
  read: (value) => {
    const items = typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
    if (!Array.isArray(items) || items.length === 0 || new Set(items).size < items.length) return undefined;
    const read = items.map((item) => kind.read(item)).filter((item) => item !== undefined);
    return read.length === items.length ? read : undefined;
  },
});

interface ArnType extends OptionType<string> {
  readonly exampleArn: string;
}

/**
 * An Amazon Resource Name of one service.
 * @param resource pattern of the part after the account
 * @param example an example of that part
 */
export const arn = (what: string, service: string, resource: string, example: string): ArnType => {
  const exampleArn = `arn:aws:${service}:ap-south-1:111122223333:${example}`;
  const pattern = new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource}$`);
  return { ...text(`the ARN of ${what}, such as ${exampleArn}`, pattern), exampleArn };
};

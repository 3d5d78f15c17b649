/** What an option may hold: how a value is read, from text as `-c` gives it or as it is, and how that is said. */

export interface OptionType<T> {
  /** Ends the sentence "It must be …". */
  readonly accepts: string;
  /** The value, or `undefined` if it is not acceptable. Reads its own results again unchanged. */
  read(value: unknown): T | undefined;
}

export const wholeNumber = (min: number, max: number): OptionType<number> => ({
  accepts: `a whole number from ${min} to ${max}`,
  read: (value) => {
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    return Number.isInteger(number) && min <= Number(number) && Number(number) <= max
      ? Number(number)
      : undefined;
  },
});

export const oneNumberOf = (accepted: readonly number[]): OptionType<number> => ({
  accepts: `one of ${accepted.join(', ')}`,
  read: (value) => accepted.find((number) => String(number) === String(value)),
});

export const oneOf = <const T extends string>(accepted: readonly T[]): OptionType<T> => ({
  accepts: `one of ${accepted.join(', ')}`,
  read: (value) => accepted.find((text) => text === value),
});

export const yesOrNo: OptionType<boolean> = {
  accepts: 'true or false',
  read: (value) => [true, false].find((answer) => String(answer) === String(value)),
};

/** Text that fits a pattern, or a check. */
export const text = (accepts: string, fits: RegExp | ((value: string) => boolean)): OptionType<string> => ({
  accepts,
  read: (value) =>
    typeof value === 'string' && (typeof fits === 'function' ? fits(value) : fits.test(value))
      ? value
      : undefined,
});

/** At least one of a kind, none twice: a list, or text with commas between. */
export const listOf = <T>(kind: OptionType<T>, accepts: string): OptionType<readonly T[]> => ({
  accepts,
  read: (value) => {
    const items = typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
    if (!Array.isArray(items) || items.length === 0 || new Set(items).size < items.length) return undefined;
    const read = items.map((item) => kind.read(item)).filter((item) => item !== undefined);
    return read.length === items.length ? read : undefined;
  },
});

/**
 * An Amazon Resource Name of one service.
 * @param resource pattern of what follows the account
 * @param example such a resource
 */
export const arn = (what: string, service: string, resource: string, example: string): OptionType<string> =>
  text(
    `the ARN of ${what}, such as arn:aws:${service}:ap-south-1:111122223333:${example}`,
    new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource}$`),
  );

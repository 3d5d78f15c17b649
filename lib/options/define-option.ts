import type { OptionType } from './option-types.ts';

interface OptionDefinition<T> {
  readonly kind: OptionType<T>;
  /** One sentence without its full stop. */
  readonly describes: string;
  /** Absent: the option has no value unless one is set. */
  readonly default?: T;
  /** What applies without a value if there is no `default`, such as `none` or `by region`. */
  readonly defaultInWords?: string;
}

export type OptionTable = Readonly<Record<string, OptionDefinition<unknown>>>;

export const withDefault = <T>(kind: OptionType<T>, preset: NoInfer<T>, describes: string) =>
  ({ kind, describes, default: preset }) satisfies OptionDefinition<T>;

export const optional = <T>(kind: OptionType<T>, defaultInWords: string, describes: string) =>
  ({ kind, describes, defaultInWords }) satisfies OptionDefinition<T>;

type Value<Definition> = Definition extends { readonly kind: OptionType<infer T> } ? T : never;

/** The values of a table's options, checked. Those without a default may be absent. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]:
    | Value<Table[Name]>
    | (Table[Name] extends { default: unknown } ? never : undefined);
};

/**
 * Parses the values of a table's options and ignores all other names.
 * @returns the values and one sentence for each invalid value
 */
export const parseOptionValues = <Table extends OptionTable>(
  table: Table,
  given: Readonly<Record<string, unknown>>,
): { values: OptionValues<Table>; problems: string[] } => {
  const problems: string[] = [];
  const entries = Object.entries(table).map(([name, { kind, default: preset }]) => {
    if (given[name] === undefined) return [name, preset];
    const value = kind.read(given[name]);
    if (value === undefined) {
      problems.push(`Option ${name} is ${JSON.stringify(given[name])}. It must be ${kind.accepts}.`);
    }
    return [name, value];
  });
  return { values: Object.fromEntries(entries), problems };
};

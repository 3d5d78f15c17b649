/** Defines an option of `npx cdk deploy`. Documents, conflicts and tests follow from it. */
import type { Rule } from '../values/rules.ts';
import type { ValueKind } from '../values/value-kinds.ts';

interface OptionTexts {
  /** What it decides: one sentence without its full stop. */
  readonly describes: string;
  /**
   * What applies without the option: a value as with `-c`, or words.
   * @default the default of the prop with the same name, or none
   */
  readonly default?: string | number | boolean;
  /**
   * What a change does, and how to make it. Begins with `New version` if the change goes through a release.
   * @default Immediate
   */
  readonly change?: string;
}

export interface OptionRow<T = unknown> extends Rule<T>, OptionTexts {
  readonly kind: ValueKind<T>;
  readonly change: string;
}

export const option = <T>(
  rule: ValueKind<T> | (Rule<T> & { readonly kind: ValueKind<T> }),
  texts: OptionTexts & Omit<Rule, 'kind'>,
): OptionRow<T> => ({
  change: 'Immediate',
  ...('read' in rule ? { kind: rule as ValueKind<T> } : rule),
  ...texts,
});

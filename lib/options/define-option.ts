import type { Rule } from '../values/rules.ts';
import type { ValueKind } from '../values/value-kinds.ts';

/** One option of `npx cdk deploy`. Documents, conflicts and tests follow from it. */
export interface OptionRow<T = unknown> extends Rule<T> {
  readonly kind: ValueKind<T>;
  /** What it decides: one sentence without its full stop. */
  readonly describes: string;
  /** What applies without the option: a value as with `-c`, or words. */
  readonly default: string | number | boolean;
  /**
   * What a change does, and how to make it. Begins with `New version` if the change goes through a release: the old version
   * keeps its configuration and permissions until it has no traffic.
   */
  readonly change: string;
  /** Values as with `-c`: one, and another if there is one. */
  readonly examples: readonly [string, string?];
}

/** Checks a row, and keeps the type of its values. */
export const option = <T>(row: OptionRow<T>): OptionRow<T> => row;

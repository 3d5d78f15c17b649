import { describe, expect, it } from '@jest/globals';
import {
  arn,
  listOf,
  oneNumberOf,
  oneOf,
  text,
  type ValueKind,
  wholeNumber,
  yesOrNo,
} from '../../../../lib/values/value-kinds.ts';

interface KindCase {
  readonly kind: ValueKind<unknown>;
  /** Text as from `-c`, and its value. */
  readonly accepted: readonly (readonly [text: string, value: unknown])[];
  readonly rejected: readonly unknown[];
}

const cases: Readonly<Record<string, KindCase>> = {
  wholeNumber: {
    kind: wholeNumber(1, 3600),
    accepted: [
      ['1', 1],
      ['3600', 3600],
    ],
    rejected: ['0', '3601', '1.5', '6e1', '', ' 1', 'soon', 0.5, true, null, [1]],
  },
  oneNumberOf: { kind: oneNumberOf([1, 30]), accepted: [['30', 30]], rejected: ['2', '', '1.0', null] },
  oneOf: { kind: oneOf(['iam', 'jwt']), accepted: [['jwt', 'jwt']], rejected: ['JWT', '', false, null] },
  yesOrNo: {
    kind: yesOrNo,
    accepted: [
      ['true', true],
      ['false', false],
    ],
    rejected: ['yes', '1', '', 0, null],
  },
  'text with a pattern': {
    kind: text('a word', /^\w+$/),
    accepted: [['one', 'one']],
    rejected: ['', 'a b', 1],
  },
  'text with a predicate': {
    kind: text('two characters', ({ length }) => length === 2),
    accepted: [['ab', 'ab']],
    rejected: ['a', 12],
  },
  listOf: {
    kind: listOf(wholeNumber(1, 9), 'digits'),
    accepted: [
      ['1', [1]],
      ['1, 2', [1, 2]],
    ],
    rejected: ['', ',', '1,', '1,1', '1,10', [], 1],
  },
  arn: {
    kind: arn('a topic', 'sns', '[a-z]+', 'alarms'),
    accepted: [
      ['arn:aws-cn:sns:cn-north-1:111122223333:alarms', 'arn:aws-cn:sns:cn-north-1:111122223333:alarms'],
    ],
    rejected: ['alarms', 'arn:aws:s3:eu-west-1:111122223333:alarms', 'arn:aws:sns:eu-west-1:111122223333:*'],
  },
};

describe.each(Object.entries(cases))('%s', (_name, { kind, accepted, rejected }) => {
  it.each(accepted)('reads %j, and its own result', (given, value) => {
    expect(kind.read(given)).toEqual(value);
    expect(kind.read(value)).toEqual(value);
  });

  it.each(rejected.map((value) => [value]))('rejects %j', (value) => {
    expect(kind.read(value)).toBeUndefined();
  });
});

/** The stacks that the app creates from options, and what is read from contexts. */
import type { App } from 'aws-cdk-lib';
import { addStacks } from '../../../../lib/options/add-stacks.ts';
import type { OptionRow } from '../../../../lib/options/define-option.ts';
import { getDefault, optionTable } from '../../../../lib/options/option-table.ts';
import { readContext } from '../../../../lib/options/read-context.ts';
import { optionSets } from '../../../support/option-sets.ts';
import { contextCases, rejectedValues } from './context-cases.ts';

type Context = Readonly<Record<string, unknown>>;

const rows = Object.entries<OptionRow>(optionTable);

const isMet = (context: Context, condition: string): boolean => {
  const [name = '', value] = condition.split('=');
  return value === undefined ? context[name] !== undefined : context[name] === value;
};

/** A value that meets the condition. */
const meet = (condition: string): Context => {
  const [name = '', value = optionTable[name as keyof typeof optionTable].kind.examples[0]] =
    condition.split('=');
  return { [name]: value };
};

/** Adds the options that a context needs. */
const complete = (context: Context): Context => {
  for (const [name, { needs = [], requiredBy }] of rows) {
    const isSet = context[name] !== undefined;
    const [condition] = needs;
    if (isSet && condition !== undefined && !needs.some((other) => isMet(context, other))) {
      return complete({ ...meet(condition), ...context });
    }
    if (!isSet && requiredBy !== undefined && isMet(context, requiredBy)) {
      return complete({ ...meet(name), ...context });
    }
  }
  return context;
};

/** The contexts without the option, with it, with another value, and without it again. */
const getSteps = (name: string, row: OptionRow): readonly Context[] => {
  const [condition] = row.needs ?? [];
  const off = condition === undefined ? {} : complete(meet(condition));
  const values = row.kind.examples.filter((example) => ![getDefault(name), off[name]].includes(example));
  return [off, ...values.slice(-2).map((value) => complete({ ...off, [name]: value })), off];
};

const deploy = (context: Context) => (app: App) =>
  readContext(context, 'ap-south-1').deployments.map((deployment) => addStacks(app, deployment));

const steps = rows.map(([name, row]) => [name, row, getSteps(name, row)] as const);
const contexts = [...new Set(steps.flatMap(([, , each]) => each.map((context) => JSON.stringify(context))))];
const nameStep = (context: Context): string => `step ${contexts.indexOf(JSON.stringify(context))}`;

const role = 'arn:aws:iam::111122223333:role/backend';

export const scenarios = {
  ...Object.fromEntries(Object.entries(optionSets).map(([name, context]) => [name, deploy(context)])),
  ...Object.fromEntries(
    contexts.map((context) => [nameStep(JSON.parse(context)), deploy(JSON.parse(context))]),
  ),
  'option table': () =>
    steps.map(([name, { change, kind }, each]) => ({
      name,
      change,
      accepts: kind.accepts,
      default: getDefault(name),
      steps: each.map(nameStep),
    })),
  'rejected values': () =>
    Object.entries(rejectedValues).flatMap(([name, values]) =>
      values.filter((value) => optionTable[name as keyof typeof optionTable].kind.read(value) !== undefined),
    ),
  ...Object.fromEntries(
    Object.entries(contextCases).map(([name, { context }]) => [
      `context with ${name}`,
      () => readContext(context, 'us-east-1'),
    ]),
  ),
  'four regions': deploy({
    stage: 'staging',
    regions: {
      'ap-south-1': {},
      'ap-southeast-1': {},
      'eu-west-1': { passwordWorkflow: true },
      'us-east-1': {},
    },
  }),
  'roles in two regions': deploy({
    regions: 'ap-south-1,eu-west-1',
    verifyRoleArns: `acme=${role},globex=${role}`,
    invokeRoleArns: `${role},arn:aws:iam::444455556666:role/foreign`,
    answerRoleArns: role,
    passwordWorkflow: 'true',
  }),
  'a role of another account': (app: App) => {
    const [deployment] = readContext({ verifyRoleArns: `acme=${role}` }, 'ap-south-1').deployments;
    if (deployment) addStacks(app, deployment, '444455556666');
  },
  'workflow with the keys and the topic of the options': deploy({
    passwordWorkflow: 'true',
    alarmEmail: 'operators@example.com',
    logKeyArn: 'arn:aws:kms:ap-south-1:111122223333:key/00000000-0000-0000-0000-000000000000',
  }),
};

/** The sets, and an example of each option that is in none of them. */
export const validated = [
  ...Object.keys(optionSets),
  ...steps
    .filter(([name]) => !Object.values(optionSets).some((context) => name in context))
    .flatMap(([, , each]) => each.slice(1, -1).map(nameStep)),
];

import { type OptionValues, parseOptionValues } from './define-option.ts';
import {
  deploymentOptionTable,
  getStageSecretPrefix,
  type RegionOptions,
} from './deployment-option-table.ts';
import { findNearName } from './edit-distance.ts';
import { optionTable } from './option-table.ts';
import { InvalidOptions, type Options, tryParseOptions } from './parse-options.ts';

type Context = Readonly<Record<string, unknown>>;

/** What to deploy to one region. */
export interface Deployment extends OptionValues<typeof deploymentOptionTable> {
  readonly region: string;
  readonly options: Options;
}

interface ContextOptions {
  readonly deployments: readonly Deployment[];
  /** Names in the context that are neither options nor the CDK's own. */
  readonly unused: readonly string[];
}

/** Every option of `npx cdk deploy`. */
const allOptions = { ...deploymentOptionTable, ...optionTable };

/** The CDK's own context: feature flags, lookups, and what its CLI writes into cdk.json. */
const belongsToCdk = (name: string): boolean =>
  /[:/@]|^(cli-telemetry|acknowledged-issue-numbers)$/.test(name);

/**
 * Reads the options of `npx cdk deploy` from the app's context.
 * @param currentRegion the region to deploy to if `regions` is not set
 * @throws InvalidOptions with everything that is wrong
 */
export const readContext = (context: Context, currentRegion: string): ContextOptions => {
  const unknown = Object.keys(context).filter(
    (name) => !belongsToCdk(name) && !Object.hasOwn(allOptions, name),
  );
  const problems = unknown.flatMap((name) => {
    const near = findNearName(name, Object.keys(allOptions));
    return near ? [`There is no option ${name}. Did you mean ${near}?`] : [];
  });
  const { regions, ...common } = context;
  const read = parseOptionValues({ regions: deploymentOptionTable.regions }, { regions });
  const deployments = Object.entries(read.values.regions ?? { [currentRegion]: {} }).map(([region, own]) => {
    const result = readDeployment(region, common, own);
    problems.push(...result.problems);
    return result.deployment;
  });
  problems.push(...read.problems);
  if (problems.length > 0) throw new InvalidOptions([...new Set(problems)]);
  return { deployments, unused: unknown };
};

const readDeployment = (
  region: string,
  common: Context,
  own: RegionOptions,
): { deployment: Deployment; problems: readonly string[] } => {
  const given = { ...common, ...own };
  const deployment = parseOptionValues(deploymentOptionTable, given);
  const { stage, passwordWorkflow, answerRoleArns, verifyRoleArns } = deployment.values;
  const stack = tryParseOptions({ ...(stage && { secretPrefix: getStageSecretPrefix(stage) }), ...given });
  const problems = [...findUnknownRegionOptions(own), ...deployment.problems, ...stack.problems];
  if (answerRoleArns && !passwordWorkflow) {
    problems.push('Option answerRoleArns has an effect only with passwordWorkflow=true.');
  }
  if (verifyRoleArns && stack.values.authorization !== 'iam') {
    problems.push('Option verifyRoleArns has an effect only with authorization=iam.');
  }
  const hasOwn = Object.keys(own).length > 0;
  return {
    deployment: { ...deployment.values, region, options: stack.values },
    problems: problems.map((problem) => (hasOwn ? `${problem} (region ${region})` : problem)),
  };
};

/** An object keyed by region contains nothing but options, so every unknown name is a mistake. */
const findUnknownRegionOptions = (own: RegionOptions): string[] =>
  Object.keys(own).flatMap((name) => {
    if (name === 'regions' || name === 'stage') return [`Option ${name} cannot be set for one region.`];
    if (Object.hasOwn(allOptions, name)) return [];
    const near = findNearName(name, Object.keys(allOptions));
    return [`There is no option ${name}. ${near ? `Did you mean ${near}?` : 'See docs/options.md.'}`];
  });

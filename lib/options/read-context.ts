/** Reads the options of `npx cdk deploy` from the app's context. */
import { describeInvalid, findConflicts, InvalidOptions } from '../values/rules.ts';
import type { OptionRow } from './define-option.ts';
import { findNearName } from './edit-distance.ts';
import { getStageSecretPrefix, type Options, optionTable } from './option-table.ts';

type Context = Readonly<Record<string, unknown>>;

/** What to deploy to one region. */
export interface Deployment {
  readonly region: string;
  readonly options: Options;
}

interface ContextOptions {
  readonly deployments: readonly Deployment[];
  /** Names in the context that are neither options nor the CDK's own. */
  readonly unused: readonly string[];
}

/** The CDK's own context: feature flags, lookups, and what its CLI writes into cdk.json. */
const belongsToCdk = (name: string): boolean =>
  /[:/@]|^(cli-telemetry|acknowledged-issue-numbers)$/.test(name);

/**
 * Reads the options of each region.
 * @param currentRegion the region to deploy to if `regions` is not set
 * @throws InvalidOptions with everything that is wrong
 */
export const readContext = (context: Context, currentRegion: string): ContextOptions => {
  const unknown = Object.keys(context).filter(
    (name) => !belongsToCdk(name) && !Object.hasOwn(optionTable, name),
  );
  const problems = unknown.flatMap((name) => {
    const near = findNearName(name, Object.keys(optionTable));
    return near ? [`There is no option ${name}. Did you mean ${near}?`] : [];
  });
  const { regions: given, ...common } = context;
  const regions = given === undefined ? { [currentRegion]: {} } : optionTable.regions.kind.read(given);
  if (!regions) problems.push(describeInvalid('Option regions', given, optionTable.regions.kind));
  const deployments = Object.entries(regions ?? { [currentRegion]: {} }).map(([region, own]) => {
    const { options, problems: found } = readOptions({ ...common, ...own }, region);
    const suffix = Object.keys(own).length > 0 ? ` (region ${region})` : '';
    problems.push(...[...findUnknownRegionOptions(own), ...found].map((problem) => problem + suffix));
    return { region, options };
  });
  if (problems.length > 0) throw new InvalidOptions(problems);
  return { deployments, unused: unknown };
};

/** Reads the options of one region, and ignores other names. */
const readOptions = (given: Context, region: string): { options: Options; problems: readonly string[] } => {
  const problems: string[] = [];
  const rows = Object.entries<OptionRow>(optionTable).filter(([name]) => given[name] !== undefined);
  const values = rows.map(([name, { kind }]) => {
    const value = kind.read(given[name]);
    if (value === undefined) problems.push(describeInvalid(`Option ${name}`, given[name], kind));
    const others = [value]
      .flat()
      .map(getRegionOfArn)
      .filter((its) => its && its !== region);
    for (const its of others) {
      problems.push(`Option ${name} is in ${its}. It must be in the stack's region, ${region}.`);
    }
    return [name, value];
  });
  const options: Options = Object.fromEntries(values);
  if (problems.length === 0) problems.push(...findConflicts('Option', optionTable, options));
  return {
    options: { ...(options.stage && { secretPrefix: getStageSecretPrefix(options.stage) }), ...options },
    problems,
  };
};

/** The resources that options name work only in their own region. An ARN of IAM has none. */
const getRegionOfArn = (value: unknown): string | undefined =>
  typeof value === 'string' ? /^arn:[^:]+:[^:]+:([^:]+):/.exec(value)?.[1] : undefined;

/** An object keyed by region contains nothing but options, so every unknown name is a mistake. */
const findUnknownRegionOptions = (own: Context): string[] =>
  Object.keys(own).flatMap((name) => {
    if (name === 'regions' || name === 'stage') return [`Option ${name} cannot be set for one region.`];
    if (Object.hasOwn(optionTable, name)) return [];
    const near = findNearName(name, Object.keys(optionTable));
    return [`There is no option ${name}. ${near ? `Did you mean ${near}?` : 'See docs/options.md.'}`];
  });

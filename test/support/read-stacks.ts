/** Reads the stacks that `synthesize-stacks.ts` wrote, without loading the CDK. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Parsed JSON. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Synthesis {
  /** By name of the stack. */
  readonly templates: Readonly<Record<string, Json>>;
  /** The stacks that are protected against deletion. */
  readonly protectedStacks: readonly string[];
  /** The warnings that synth prints. */
  readonly warnings: readonly string[];
  /** What the scenario returned. */
  readonly result?: Json;
  /** What the scenario or the synthesis threw: the name and the message. */
  readonly error?: string;
}

export const stacksFolder = join(import.meta.dirname, '../../cdk.out/test-stacks');

/** A scenario of a `*.stacks.ts` file, by name. */
export const readStack = (name: string): Synthesis =>
  JSON.parse(readFileSync(join(stacksFolder, `${name}.json`), 'utf8'));

/**
 * The template of a scenario.
 * @param stackName needed if the scenario has several stacks
 */
export const readTemplate = (name: string, stackName?: string): Json => {
  const { templates, error } = readStack(name);
  const [first = '', ...others] = Object.keys(templates);
  const found = templates[stackName ?? first];
  if (error !== undefined || !found || (stackName === undefined && others.length > 0)) {
    throw new Error(`Scenario ${name} has the stacks ${[first, ...others].join(', ')}. ${error ?? ''}`);
  }
  return found;
};

/** The resources of one type, by logical id. */
export const findResources = (template: Json, type: string): Readonly<Record<string, Json>> =>
  Object.fromEntries(Object.entries<Json>(template.Resources).filter(([, { Type }]) => Type === type));

/** The resources of one type. */
export const getResources = (template: Json, type: string): readonly Json[] =>
  Object.values(findResources(template, type));

/** The properties of the resources of one type. */
export const getProperties = (template: Json, type: string): readonly Json[] =>
  getResources(template, type).map(({ Properties }) => Properties);

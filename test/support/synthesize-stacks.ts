/**
 * Synthesizes the stacks of every `*.stacks.ts` once, for the tests that read them with `readStack`. It runs in plain
 * Node.js before the tests, because loading the CDK into Jest takes seconds and gigabytes for each test file.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import cdkSettings from '../../cdk.json' with { type: 'json' };
import { type Synthesis, stacksFolder } from './read-stacks.ts';

/** Adds stacks to the app. The result is what the tests want to know about them besides the templates. */
export type Scenario = (app: App) => unknown;

interface StacksFile {
  /** By name, which is unique among all files. A scenario may throw. */
  readonly scenarios: Readonly<Record<string, Scenario>>;
  /** Names of scenarios that the CDK's own rules and cdk-nag check, which takes most of the time of a synthesis. */
  readonly validated?: readonly string[];
}

const root = join(import.meta.dirname, '../..');
const outputs = mkdtempSync(join(tmpdir(), 'stacks-'));

const synthesize = (scenario: Scenario, isValidated: boolean): Synthesis => {
  const app = new App({
    // The warnings are in the result; they are not printed too.
    context: { ...cdkSettings.context, '@aws-cdk/core:annotationsInValidationReport': false },
    outdir: mkdtempSync(join(outputs, 'cdk-')),
    builtinCloudFormationValidation: isValidated,
    treeMetadata: isValidated,
  });
  if (isValidated) Validations.of(app).addPlugins(new AwsSolutionsChecks());
  const templates: Record<string, unknown> = {};
  const warnings: string[] = [];
  try {
    const result = scenario(app);
    const assembly = app.synth();
    for (const { stackName, template } of assembly.stacks) templates[stackName] = template;
    const protectedStacks = assembly.stacks
      .filter((stack) => stack.terminationProtection)
      .map(({ id }) => id);
    for (const { node } of app.node.findAll()) {
      for (const { type, data } of node.metadata) if (type === 'aws:cdk:warning') warnings.push(String(data));
    }
    return { templates, warnings, protectedStacks, result };
  } catch (error) {
    return { templates, warnings, protectedStacks: [], error: String(error) };
  }
};

/** Changes with everything that the stacks are made of. */
const hashSources = (): string => {
  const hash = createHash('sha256');
  const patterns = [
    '{bin,lib,functions,scripts}/**/*.ts',
    'test/**/*stacks.ts',
    'cdk.json',
    'package-lock.json',
  ];
  for (const file of globSync(patterns, { cwd: root }).sort()) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
};

const stampFile = join(stacksFolder, 'sources.txt');
const stamp = hashSources();
if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
  // Replaced in one step at the end, because another run of the tests in this checkout may be doing the same.
  const folder = `${stacksFolder}-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  for (const file of globSync('test/**/*.stacks.ts', { cwd: root })) {
    const { scenarios, validated = [] }: StacksFile = await import(join(root, file));
    for (const [name, scenario] of Object.entries(scenarios)) {
      const synthesis = synthesize(scenario, validated.includes(name));
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(synthesis), { flag: 'wx' });
    }
  }
  writeFileSync(join(folder, 'sources.txt'), stamp);
  rmSync(stacksFolder, { recursive: true, force: true });
  renameSync(folder, stacksFolder);
}
rmSync(outputs, { recursive: true });

/** Turns every option on, changes it and turns it off, and compares the templates. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { replaceSection } from '../../scripts/docs/replace-section.ts';
import { formatOptionChanges, synthesizeSteps } from '../../scripts/options/option-changes.ts';
import { optionExamples } from '../../scripts/options/option-examples.ts';

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');

describe('the runbook’s table of option changes', () => {
  it('is up to date (npm run docs)', () => {
    expect(runbook).toBe(replaceSection(runbook, 'changes', formatOptionChanges()));
  }, 120_000);

  it('refers to sections of the runbook only', () => {
    const references = [...runbook.matchAll(/\bsee ((?:Change|Leave|Move) [^.|\n]+?) *[.|]/gi)].map(
      ([, name]) => name,
    );
    expect(references.length).toBeGreaterThan(4);
    for (const name of references) expect(runbook).toContain(`\n## ${name}\n`);
  });
});

describe('an example of an option', () => {
  it.each(Object.entries(optionExamples))('changes the template: %s', (_name, example) => {
    const [off, on] = synthesizeSteps(example);
    expect(on.toJSON()).not.toEqual(off.toJSON());
  });
});

/** The statements of the function's permissions and of the endpoints, by resource. */
const permissionsIn = (template: Template): ReadonlyMap<string, readonly string[]> => {
  const resources = {
    ...template.findResources('AWS::IAM::Policy'),
    ...template.findResources('AWS::EC2::VPCEndpoint'),
  };
  return new Map(
    Object.entries(resources)
      .filter(([id]) => /^(VerifyNumber|StaticEgress)/.test(id))
      .map(([id, { Properties }]) => [
        id,
        Properties.PolicyDocument.Statement.map((statement: unknown) => JSON.stringify(statement)),
      ]),
  );
};

describe('a change of options', () => {
  it.each(Object.entries(optionExamples))(
    '%s takes no permission from the running version',
    (name, example) => {
      const steps = synthesizeSteps(example);
      const lost = steps.slice(1).flatMap((template, index) => {
        const before = permissionsIn(steps[index] as Template);
        const after = permissionsIn(template);
        // CloudFormation deletes resources after the release; only an update in place takes effect before it.
        return [...before].flatMap(([id, statements]) =>
          after.has(id) ? statements.filter((statement) => !after.get(id)?.includes(statement)) : [],
        );
      });
      // Without this permission, traces are lost and requests are not affected.
      const expected = name === 'tracing' ? [expect.stringContaining('xray:PutTraceSegments')] : [];
      expect(lost).toEqual(expected);
    },
  );
});

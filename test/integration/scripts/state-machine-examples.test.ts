import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createStateMachineExamples } from '../../../scripts/docs/state-machine-examples.ts';
import { validateDefinition } from '../../support/validate-definition.ts';

const folder = join(import.meta.dirname, '../../../examples/asl');
const examples = createStateMachineExamples();

describe('the definitions in examples/asl', () => {
  it.each(Object.entries(examples))('%s is up to date (npm run docs)', async (file, definition) => {
    expect(JSON.parse(await readFile(join(folder, file), 'utf8'))).toEqual(definition);
  });

  it('are all the generated ones', async () => {
    const files = await readdir(folder);
    expect(files.filter((file) => file.endsWith('.json')).sort()).toEqual(Object.keys(examples).sort());
  });

  it.each(Object.entries(examples))('%s is valid', (_file, definition) => {
    expect(validateDefinition(definition)).toBe('');
  });

  it.each([
    ['verify-number.jsonpath.asl.json', ['VerifyNumberArn']],
    ['verify-number.jsonata.asl.json', ['VerifyNumberArn']],
    ['password-workflow.asl.json', ['PasswordQueueUrl', 'VerifyNumberArn']],
  ])(
    '%s has no other placeholder than the documented ones, nor a directive of Terraform',
    async (file, names) => {
      const text = await readFile(join(folder, file), 'utf8');
      expect(text).not.toContain('%{');
      const found = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, name]) => name);
      expect([...new Set(found)].sort()).toEqual(names);
      const readme = await readFile(join(folder, 'README.md'), 'utf8');
      for (const name of names) expect(readme).toContain(`\${${name}}`);
    },
  );
});

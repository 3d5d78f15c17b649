import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { validateDefinition } from '../../support/validate-definition.ts';

const folder = join(import.meta.dirname, '../../../examples/asl');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

const placeholders = {
  'password-workflow.asl.json': ['PasswordQueueUrl', 'VerifyNumberArn'],
  'verify-number.jsonata.asl.json': ['VerifyNumberArn'],
  'verify-number.jsonpath.asl.json': ['VerifyNumberArn'],
};

describe('the definitions in examples/asl', () => {
  it('are those with documented placeholders', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    expect(files.sort()).toEqual(Object.keys(placeholders));
  });

  it.each(Object.entries(placeholders))(
    '%s is valid, with no other placeholder and no directive of Terraform',
    (file, names) => {
      const text = read(file);
      expect(validateDefinition(JSON.parse(text))).toBe('');
      expect(text).not.toContain('%{');
      const found = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, name]) => name);
      expect([...new Set(found)].sort()).toEqual(names);
      for (const name of names) expect(read('README.md')).toContain(`\${${name}}`);
    },
  );
});

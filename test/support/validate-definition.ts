import { createRequire } from 'node:module';
import type { Definition } from '../../scripts/templates/read-definition.ts';

type Validator = (definition: unknown) => { readonly isValid: boolean; errorsText(): string };

// The package has no declarations.
const validate: Validator = createRequire(import.meta.url)('asl-validator');

/** Returns what is wrong with a definition according to asl-validator, or '' if it is valid. */
export const validateDefinition = (definition: Definition): string => {
  // The validator changes what it validates.
  const { isValid, errorsText } = validate(structuredClone(definition));
  return isValid ? '' : errorsText() || 'invalid';
};

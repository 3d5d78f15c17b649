import { describe, expect, it } from '@jest/globals';
import { formatHelp, readOptions } from '../../../../../lib/sandbox/command/options.ts';

describe('the command line of the sandbox', () => {
  it('has the documented ports and no option set by default', () => {
    expect(readOptions([], {})).toEqual({
      help: false,
      json: false,
      watch: false,
      tenants: [],
      ports: { http: 3000, kaleyra: 3001, secretsManager: 3002 },
    });
  });

  it('reads ports from the environment', () => {
    const environment = { PORT: '0', KALEYRA_SIMULATOR_PORT: '65535', SECRETS_MANAGER_PORT: '' };

    expect(readOptions([], environment).ports).toEqual({ http: 0, kaleyra: 65_535, secretsManager: 3002 });
  });

  describe('invalid input', () => {
    it.each(['PORT', 'KALEYRA_SIMULATOR_PORT', 'SECRETS_MANAGER_PORT'])(
      'in %s is rejected with the name of the variable',
      (name) => {
        for (const text of ['-1', '65536', 'http', '3000.5', ' 3000']) {
          expect(() => readOptions([], { [name]: text })).toThrow(
            new Error(`${name} must be a whole number from 0 to 65535; 0 picks a free port.`),
          );
        }
      },
    );

    it.each([
      ['--nope', "Unknown option '--nope'. See npm start -- --help."],
      ['nope', "Unexpected argument 'nope'. See npm start -- --help."],
      ['--seed', "Option '--seed <value>' argument missing. See npm start -- --help."],
    ])('%s is rejected with one sentence', (argument, sentence) => {
      expect(() => readOptions([argument], {})).toThrow(new Error(sentence));
    });
  });

  it('is explained by --help: every option, variable and outcome', () => {
    const help = formatHelp();

    for (const word of [
      '--seed',
      '--watch',
      '--json',
      'PORT',
      'NO_COLOR',
      'KALEYRA_BASE_URL',
      'AlreadyVerified  ',
      '0409',
    ]) {
      expect(help).toContain(word);
    }
    expect(help).not.toContain('`');
  });
});

import { describe, expect, it } from '@jest/globals';
import { readOptions } from '../../../../../lib/sandbox/command/options.ts';

const defaults = {
  help: false,
  json: false,
  watch: false,
  tenants: [],
  ports: { http: 3000, kaleyra: 3001, secretsManager: 3002 },
};

describe('the command line of the sandbox', () => {
  it('has the documented ports and no option set by default', () => {
    expect(readOptions([], {})).toEqual(defaults);
    expect(readOptions(['-h', '--json', '--watch'], { SECRETS_MANAGER_PORT: '' })).toEqual({
      ...defaults,
      ...{ help: true, json: true, watch: true },
    });
  });

  it.each([
    ['PORT', 'http'],
    ['KALEYRA_SIMULATOR_PORT', 'kaleyra'],
    ['SECRETS_MANAGER_PORT', 'secretsManager'],
  ] as const)('reads %s', (name, port) => {
    expect(readOptions([], { [name]: '65535' }).ports).toEqual({ ...defaults.ports, [port]: 65_535 });
    for (const text of ['-1', '65536', 'http', '3000.5', ' 3000']) {
      expect(() => readOptions([], { [name]: text })).toThrow(`${name} must be a whole number`);
    }
  });

  it.each(['--nope', 'nope', '--seed'])('rejects %s with one sentence that leads to the help', (argument) => {
    expect(() => readOptions([argument], {})).toThrow(
      new RegExp(`^[^.]*'${argument}[^.]*\\. See npm start -- --help\\.$`),
    );
  });
});

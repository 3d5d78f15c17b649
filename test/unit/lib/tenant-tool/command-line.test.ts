import { describe, expect, it } from '@jest/globals';
import { options, parseCommandLine } from '../../../../lib/tenant-tool/command-line.ts';
import { helpText } from '../../../../lib/tenant-tool/help-text.ts';

describe('parseCommandLine', () => {
  const acme = { operand: 'acme' };
  const regions = ['eu-west-1', 'ap-south-1', 'us-gov-west-1'];
  it.each([
    [
      'put --kms-key-id alias/fake --sid FAKESID acme --prefix t/ --replace',
      { ...acme, name: 'put', sid: 'FAKESID', kmsKeyId: 'alias/fake', replace: true, prefix: 't/' },
    ],
    ['import a.jsonl --replace', { name: 'import', operand: 'a.jsonl', replace: true, prefix: 'kaleyra/' }],
    ['list', { name: 'list', operand: '', json: false, regions: [] }],
    ['list --json', { name: 'list', json: true }],
    ['check acme --probe --pod SG', { ...acme, name: 'check', probe: true, pod: 'SG' }],
    ['check --all', { name: 'check', operand: '', probe: false, pod: undefined }],
    ['remove acme --yes --force', { ...acme, name: 'remove', yes: true, force: true }],
    ['list --region eu-west-1,ap-south-1 --region us-gov-west-1 --region eu-west-1', { regions }],
  ])('parses %s', (line, expected) => {
    expect(parseCommandLine(line.split(' '))).toMatchObject(expected);
  });

  it.each(['put --help', '-h'])('asks for help with %s', (line) => {
    expect(parseCommandLine(line.split(' '))).toBe('help');
  });

  it.each([
    ['', 'put, import, list, check, remove'],
    ['get acme', 'Did you mean put?'],
    ['toString', 'put, import, list, check, remove'],
    ['put --sid FAKESID', '<tenant_id>'],
    ['put acme', '--sid <SID>'],
    ['put acme --sid FAKE/SID', '--sid <SID>'],
    ['put acme --sid', "'--sid <value>'"],
    ['put ac/me --sid FAKESID', '1-64 characters from A-Z a-z 0-9 _ -'],
    ['put _release-check --sid FAKESID', '_release-check'],
    ['check _release-check', '_release-check'],
    ['put acme --sid FAKESID --probe', '--probe'],
    ['put acme --repalce', 'Did you mean replace?'],
    ['import', '<file>'],
    ['import a.csv b.csv', 'import takes one argument at most.'],
    ['list acme', 'list takes no tenant.'],
    ['list --prefix sp#ce/', '--prefix'],
    ['list --force', '--force'],
    ['list --region Europe', '--region'],
    ['list --region eu-west-1,', '--region'],
    ['check', '<tenant_id>'],
    ['check acme --all', '--all'],
    ['check acme --pod IN', '--probe'],
    ['check acme --probe --pod XX', 'IN, SG, EU, NA'],
    ['remove acme globex', 'remove takes one argument at most.'],
  ])('rejects %j', (line, message) => {
    expect(() => parseCommandLine(line.split(' ').filter(Boolean))).toThrow(message);
  });

  it('repeats no unknown option', () => {
    expect(() => parseCommandLine(['list', '--nonsense=value'])).toThrow(/^((?!nonsense|value).)+$/);
  });
});

describe('helpText', () => {
  it('explains each command and option in at most 120 columns', () => {
    for (const option of Object.keys(options)) expect(helpText).toContain(`--${option}`);
    for (const command of ['put', 'import', 'list', 'check', 'remove']) {
      expect(helpText).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    }
    expect(Math.max(...helpText.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});

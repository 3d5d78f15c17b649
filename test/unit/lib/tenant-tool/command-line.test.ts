import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from '../../../../lib/tenant-tool/command-line.ts';
import { helpText } from '../../../../lib/tenant-tool/help-text.ts';

const place = { prefix: 'kaleyra/', regions: [] };
const writing = { replace: false, kmsKeyId: undefined };
const check = { ...place, probe: false, pod: undefined };

describe('parseCommandLine', () => {
  it.each([
    ['put acme --sid FAKESID', { ...place, ...writing, command: 'put', tenantId: 'acme', sid: 'FAKESID' }],
    [
      'put --kms-key-id alias/fake --sid FAKESID acme --region eu-west-1 --prefix t/ --replace',
      {
        command: 'put',
        tenantId: 'acme',
        sid: 'FAKESID',
        kmsKeyId: 'alias/fake',
        replace: true,
        regions: ['eu-west-1'],
        prefix: 't/',
      },
    ],
    ['import tenants.csv', { ...place, ...writing, command: 'import', file: 'tenants.csv' }],
    ['import a.jsonl --replace', { ...place, ...writing, command: 'import', file: 'a.jsonl', replace: true }],
    ['list', { ...place, command: 'list', json: false }],
    ['list --json', { ...place, command: 'list', json: true }],
    ['check acme', { ...check, command: 'check', tenantId: 'acme' }],
    ['check acme --probe --pod SG', { ...check, command: 'check', tenantId: 'acme', probe: true, pod: 'SG' }],
    ['check --all', { ...check, command: 'check-all' }],
    ['check --all --probe', { ...check, command: 'check-all', probe: true }],
    ['remove acme', { ...place, command: 'remove', tenantId: 'acme', yes: false, force: false }],
    ['remove acme --yes --force', { ...place, command: 'remove', tenantId: 'acme', yes: true, force: true }],
    [
      'list --region eu-west-1,ap-south-1 --region us-gov-west-1 --region eu-west-1',
      { ...place, command: 'list', json: false, regions: ['eu-west-1', 'ap-south-1', 'us-gov-west-1'] },
    ],
    ['put --help', 'help'],
    ['-h', 'help'],
  ])('parses %s', (line, expected) => {
    expect(parseCommandLine(line.split(' '))).toEqual(expected);
  });

  it.each([
    ['', 'The first argument must be a command: put, import, list, check, remove. See'],
    ['get acme', 'The first argument must be a command: put, import, list, check, remove. Did you mean put?'],
    ['ckeck acme', 'Did you mean check?'],
    ['lit', 'Did you mean list?'],
    ['toString', 'The first argument must be a command: put, import, list, check, remove. See'],
    ['put --sid FAKESID', 'put needs a tenant: put <tenant_id>.'],
    ['put acme', "put needs the account's SID, letters and digits: --sid <SID>."],
    ['put acme --sid FAKE/SID', "put needs the account's SID"],
    ['put acme --sid', "Option '--sid <value>' argument missing."],
    [
      'put ac/me --sid FAKESID',
      'The tenant id must be a string of 1-64 of A-Z a-z 0-9 _ -, and not _release-check',
    ],
    ['put _release-check --sid FAKESID', 'which is reserved'],
    ['check _release-check', 'which is reserved'],
    ['put acme --sid FAKESID --probe', 'put takes no --probe.'],
    ['put acme --nonsense=value', "Unknown option '--nonsense'."],
    ['import', 'import needs a file: import <file>.'],
    ['import a.csv b.csv', 'import takes one argument at most.'],
    ['list acme', 'list takes no tenant.'],
    ['list --prefix sp#ce/', '--prefix must be 1-256 characters from'],
    ['list --force', 'list takes no --force.'],
    ['list --region Europe', '--region must be one or several AWS regions'],
    ['list --region eu-west-1,', '--region must be one or several AWS regions'],
    ['check', 'check needs a tenant'],
    ['check acme --all', 'check takes a tenant or --all, not both.'],
    ['check acme --pod IN', '--pod needs --probe.'],
    ['check acme --probe --pod XX', '--pod must be one of IN, SG, EU, NA.'],
    ['remove acme globex', 'remove takes one argument at most.'],
  ])('rejects: %s', (line, message) => {
    expect(() => parseCommandLine(line.split(' ').filter(Boolean))).toThrow(message);
  });
});

describe('helpText', () => {
  it('explains each command and option in at most 120 columns', () => {
    const options = [
      'prefix',
      'region',
      'help',
      'sid',
      'kms-key-id',
      'replace',
      'json',
      'all',
      'probe',
      'pod',
    ];
    for (const option of [...options, 'yes', 'force']) expect(helpText).toContain(`--${option}`);
    for (const command of ['put', 'import', 'list', 'check', 'remove']) {
      expect(helpText).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    }
    expect(Math.max(...helpText.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});

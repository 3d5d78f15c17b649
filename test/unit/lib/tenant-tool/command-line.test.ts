import { describe, expect, it } from '@jest/globals';
import { helpText, readCommandLine } from '../../../../lib/tenant-tool/command-line.ts';

const place = { prefix: 'kaleyra/', region: undefined };

describe('a command line', () => {
  it.each([
    ['put acme --sid FAKESID', { ...place, command: 'put', tenantId: 'acme', sid: 'FAKESID' }],
    [
      'put --kms-key-id alias/fake --sid FAKESID acme --region eu-west-1 --prefix t/',
      {
        command: 'put',
        tenantId: 'acme',
        sid: 'FAKESID',
        kmsKeyId: 'alias/fake',
        region: 'eu-west-1',
        prefix: 't/',
      },
    ],
    ['list', { ...place, command: 'list' }],
    ['check acme', { ...place, command: 'check', tenantId: 'acme', probe: false }],
    ['check acme --probe --pod SG', { ...place, command: 'check', tenantId: 'acme', probe: true, pod: 'SG' }],
    ['remove acme', { ...place, command: 'remove', tenantId: 'acme', yes: false, force: false }],
    ['remove acme --yes --force', { ...place, command: 'remove', tenantId: 'acme', yes: true, force: true }],
    ['put --help', 'help'],
    ['-h', 'help'],
  ])('is read: %s', (line, read) => {
    expect(readCommandLine(line.split(' '))).toEqual(read);
  });

  it.each([
    ['', 'Name a command: put, list, check or remove.'],
    ['get acme', 'Name a command: put, list, check or remove.'],
    ['toString', 'Name a command: put, list, check or remove.'],
    ['put --sid FAKESID', 'put needs a tenant: put <tenant_id>.'],
    ['put acme', "put needs the account's SID, letters and digits: --sid <SID>."],
    ['put acme --sid FAKE/SID', "put needs the account's SID"],
    ['put acme --sid', "Option '--sid <value>' argument missing."],
    ['put ac/me --sid FAKESID', "The tenant's id must be a string of 1-64 of A-Z a-z 0-9 _ -."],
    ['put acme --sid FAKESID --probe', 'put takes no --probe.'],
    ['put acme --nonsense=value', "Unknown option '--nonsense'."],
    ['list acme', 'list takes no tenant.'],
    ['list --prefix sp#ce', '--prefix must be 1-256 of'],
    ['list --force', 'list takes no --force.'],
    ['check acme --pod IN', '--pod goes with --probe.'],
    ['check acme --probe --pod XX', '--pod must be one of IN, SG, EU, NA.'],
    ['remove acme globex', 'remove takes one tenant, and no more.'],
  ])('is refused: %s', (line, sentence) => {
    expect(() => readCommandLine(line.split(' ').filter(Boolean))).toThrow(sentence);
  });

  it('is explained by the help, each option of it', () => {
    const options = ['prefix', 'region', 'help', 'sid', 'kms-key-id', 'probe', 'pod', 'yes', 'force'];
    for (const option of options) expect(helpText).toContain(`--${option}`);
    expect(Math.max(...helpText.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});

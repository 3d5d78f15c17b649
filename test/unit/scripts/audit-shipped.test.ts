import { describe, expect, it } from '@jest/globals';
import { findShippedAdvisories, readShippedNames } from '../../../scripts/audit-shipped.ts';

const licences = `@aws-sdk/client-sts 3.1163.0 (Apache-2.0)

Apache License
                           Version 2.0, January 2004

lit-html 3.3.3 (BSD-3-Clause)

Copyright 2017
`;

describe('readShippedNames', () => {
  it('returns the name of each package', () => {
    expect(readShippedNames(licences)).toEqual(['@aws-sdk/client-sts', 'lit-html']);
  });
});

describe('findShippedAdvisories', () => {
  const report = (...names: string[]) =>
    JSON.stringify({
      auditReportVersion: 2,
      vulnerabilities: Object.fromEntries(names.map((name) => [name, {}])),
    });

  it('returns only packages that are shipped', () => {
    expect(findShippedAdvisories(report('jest', 'lit-html'), ['lit-html'])).toEqual(['lit-html']);
    expect(findShippedAdvisories(report('jest'), ['lit-html'])).toEqual([]);
    expect(findShippedAdvisories(report(), ['lit-html'])).toEqual([]);
  });

  it.each(['', '{"message":"405 Method Not Allowed"}'])(
    'returns undefined for the response %j',
    (response) => {
      expect(findShippedAdvisories(response, ['lit-html'])).toBeUndefined();
    },
  );
});

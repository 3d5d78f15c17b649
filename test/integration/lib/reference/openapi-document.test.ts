import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { catalogue, failureCodes } from '../../../../functions/verify-number/core/failures.ts';
import { createOpenApiDocument } from '../../../../lib/reference/openapi-document.ts';
import { runRedocly } from '../../../support/redocly.ts';

// Programs are run, which takes its time on a busy machine.
jest.setTimeout(60_000);

const root = join(import.meta.dirname, '../../../..');
const committed = join(root, 'openapi.json');
const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

/** As it is once written: with whatever JSON makes of it. */
const { version } = readJson(join(root, 'package.json'));
const document = JSON.parse(JSON.stringify(createOpenApiDocument(version)));
const { responses } = document.paths['/tenants/{tenant_id}/whatsapp/{waba_id}/number/verify'].post;

describe('openapi.json', () => {
  it('passes a strict linter without a warning', async () => {
    const lint = await runRedocly(['lint', '--extends=recommended-strict', '--format=json', committed]);
    expect(JSON.parse(lint.stdout)).toMatchObject({ totals: { errors: 0, warnings: 0 }, problems: [] });
    expect(lint.status).toBe(0);
  });

  it.each(failureCodes)('gives an example of %s under its status', (code) => {
    const { status, title, retryable } = catalogue[code];
    const { examples } = responses[status].content['application/problem+json'];
    expect(examples[code].value).toMatchObject({ code, status, title, retryable });
  });

  it('distinguishes the codes of one status', () => {
    const { oneOf, discriminator } = responses[422].content['application/problem+json'].schema;
    const codes = ['OtpRejected', 'PhoneNumberRejected', 'RequestRejected'];
    expect(oneOf).toEqual(codes.map((code) => ({ $ref: `#/components/schemas/${code}Problem` })));
    expect(Object.keys(discriminator.mapping)).toEqual(codes);
  });

  it('documents Retry-After with the statuses that may carry it, and with no other', () => {
    const withHeader = Object.keys(responses).filter((status) => responses[status].headers?.['Retry-After']);
    expect(withHeader).toEqual(['429', '503']);
  });

  it('accepts IAM or JWT', () => {
    expect(document.security).toEqual([{ iam: [] }, { jwt: [] }]);
    expect(document.components.securitySchemes.iam['x-amazon-apigateway-authtype']).toBe('awsSigv4');
    expect(document.components.securitySchemes.jwt.scheme).toBe('bearer');
  });
});

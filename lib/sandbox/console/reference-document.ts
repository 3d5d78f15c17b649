import { routePath } from '../../../functions/verify-number/core/contract.ts';
import { triggerRows } from '../kaleyra/outcomes.ts';
import { phoneNumberEndingIn, sampleRequest } from '../sample-request.ts';
import { seedTenants } from '../seed-tenants.ts';

interface Example {
  readonly summary: string;
  readonly value: unknown;
  readonly 'x-choice': string;
}

/** What of an OpenAPI document is changed here. */
interface OpenApiDocument {
  info: { title: string; description?: string };
  servers: object[];
  security: object[];
  components: { securitySchemes?: object };
  'x-token'?: string;
  paths: Record<
    string,
    {
      post: {
        parameters: { name: string; example?: unknown; examples?: Record<string, Example> }[];
        requestBody: { content: Record<string, { examples: Record<string, Example> }> };
        responses: Record<string, { content: Record<string, unknown> }>;
      };
    }
  >;
}

/**
 * The description as the reference page shows it: openapi.json with the sandbox as its only server, and with an
 * example for every outcome that a request can choose.
 * @param openApi what stands in openapi.json
 * @param token what the page is to send, where the sandbox asks callers for a token
 */
export const referenceDocument = (openApi: string, token?: string): OpenApiDocument => {
  const document = JSON.parse(openApi) as OpenApiDocument;
  document.info.description = [
    'This is the sandbox: Kaleyra is simulated, and the request decides the outcome.',
    'Choose one by its button, then press **Execute**.',
    document.info.description ?? '',
  ].join('\n\n');
  document.servers = [{ url: '/', description: 'This sandbox' }];
  document.security = token ? [{ jwt: [] }] : [];
  if (token) document['x-token'] = token;
  else delete document.components.securitySchemes;

  const operation = document.paths[routePath]?.post;
  const body = operation?.requestBody.content['application/json'];
  const tenant = operation?.parameters.find(({ name }) => name === 'tenant_id');
  if (!body || !tenant) throw new Error('openapi.json does not describe the route: run npm run docs');
  body.examples = bodyExamples;
  delete tenant.example;
  tenant.examples = tenantExamples;
  // The viewer shows application/json first where there is any, and so API Gateway's words for the function's own.
  for (const { content } of Object.values(operation.responses)) {
    if ('application/problem+json' in content) delete content['application/json'];
  }
  return document;
};

/** One that the page puts up as a button, under this label. */
const choice = (label: string, summary: string, value: unknown): Example => ({
  summary: summary.replaceAll('`', ''),
  value,
  'x-choice': label,
});

const { tenant_id, waba_id, ...sampleBody } = sampleRequest;

const bodyExamples: Record<string, Example> = Object.fromEntries(
  triggerRows.flatMap(({ outcome, trigger }): [string, Example][] => {
    if ('lastFour' in trigger) {
      const { lastFour, happens } = trigger;
      const value = { ...sampleBody, phone_number: phoneNumberEndingIn(lastFour) };
      return [[`${outcome}-${lastFour}`, choice(`${outcome} ${lastFour}`, `${outcome}: ${happens}`, value)]];
    }
    if (!trigger.changes || 'tenant_id' in trigger.changes) return [];
    const value = { ...sampleBody, ...trigger.changes };
    return [[outcome, choice(outcome, `${outcome}: ${trigger.instead}`, value)]];
  }),
);

const tenantExamples: Record<string, Example> = Object.fromEntries([
  ...seedTenants.map(({ tenantId }) => [tenantId, choice(tenantId, tenantId, tenantId)]),
  ...triggerRows.flatMap(({ outcome, trigger }) => {
    const tenantId = 'lastFour' in trigger ? undefined : trigger.changes?.tenant_id;
    return tenantId
      ? [[tenantId, choice(`${tenantId}: ${outcome}`, `${tenantId}: ${outcome}`, tenantId)]]
      : [];
  }),
]);

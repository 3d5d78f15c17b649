import { afterEach, describe, expect, it } from '@jest/globals';
import { sampleRequest } from '../../../../../lib/reference/sample-request.ts';
import type { SandboxOptions } from '../../../../../lib/sandbox/sandbox.ts';
import { type RunningSandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';
import type { TracedCall, TraceStep } from '../../../../../lib/sandbox/trace/traced-call.ts';

const { tenant_id, waba_id, ...body } = sampleRequest;

describe('GET /sandbox/calls', () => {
  let sandbox: RunningSandbox;
  const start = async (options: SandboxOptions = {}) => {
    sandbox = await startSandbox(options);
  };
  afterEach(() => sandbox.close());

  const verify = (
    differing: Partial<Record<keyof typeof sampleRequest | 'padding', string>> = {},
    path?: string,
  ) =>
    fetch(
      `${sandbox.url}${path ?? `/tenants/${differing.tenant_id ?? tenant_id}/whatsapp/${waba_id}/number/verify`}`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, ...differing }),
      },
    ).then(async (response) => {
      await response.text();
      return response;
    });
  const readCalls = async (): Promise<TracedCall[]> =>
    ((await (await fetch(`${sandbox.url}/sandbox/calls`)).json()) as { calls: TracedCall[] }).calls;
  const lastCall = async (): Promise<TracedCall> => {
    const call = (await readCalls()).at(-1);
    if (!call) throw new Error('No call was recorded.');
    return call;
  };
  const getKinds = ({ steps }: TracedCall) => steps.map(({ kind }) => kind);
  const getSteps = <Kind extends TraceStep['kind']>({ steps }: TracedCall, kind: Kind) =>
    steps.filter((step): step is Extract<TraceStep, { kind: Kind }> => step.kind === kind);

  it('has a call under the request id of its response, over HTTP and directly', async () => {
    await start();
    const http = await verify();
    const direct = await fetch(sandbox.urls.invoke, { method: 'POST', body: JSON.stringify(sampleRequest) });
    expect((await readCalls()).map(({ id, channel }) => [id, channel])).toEqual([
      [http.headers.get('apigw-requestid'), 'http'],
      [direct.headers.get('x-amzn-requestid'), 'direct'],
    ]);
  });

  it('has steps that follow each other', async () => {
    await start();
    await verify();
    const { steps, result } = await lastCall();
    for (const [index, step] of steps.entries()) {
      const previous = steps[index - 1];
      expect(step.startMs).toBeGreaterThanOrEqual(previous ? previous.startMs : 0);
      expect(step.startMs + (step.durationMs ?? Number.NaN)).toBeLessThanOrEqual(
        (result?.totalMs ?? 0) + 0.02,
      );
    }
  });

  it('distinguishes credentials that were read, cached and joined', async () => {
    await start();
    await Promise.all([verify(), verify()]);
    await verify();
    const sources = (await readCalls()).map((call) =>
      getSteps(call, 'credentials').map(({ source }) => source),
    );
    expect(sources[2]).toEqual(['cached']);
    expect(sources.slice(0, 2).sort()).toEqual([['joined'], ['read']]);
  });

  it('shows that an unknown tenant is remembered', async () => {
    await start();
    await verify({ tenant_id: 'nobody' });
    await verify({ tenant_id: 'nobody' });
    const [first, second] = await readCalls();
    expect(first && getSteps(first, 'credentials')).toMatchObject([
      { source: 'read', tenantId: 'nobody', error: 'ResourceNotFoundException' },
    ]);
    expect(second && getSteps(second, 'credentials')).toMatchObject([{ source: 'cached' }]);
    expect(second && getKinds(second)).not.toContain('kaleyra');
  });

  it.each([
    [{ otp: '1' }, 'RequestInvalid'],
    [{ padding: 'x'.repeat(5000) }, 'RequestTooLarge'],
  ])('ends with parsing for %j', async (differing, code) => {
    await start();
    await verify(differing);
    const call = await lastCall();
    expect(getKinds(call)).toEqual(['gateway', 'parse', 'mapping', 'log']);
    expect(getSteps(call, 'parse')).toMatchObject([{ failure: code }]);
  });

  it('shows the reason if there is no response', async () => {
    await start();
    await verify({ phone_number: '+919765410521' });
    const call = await lastCall();
    expect(getSteps(call, 'kaleyra').at(-1)).toMatchObject({ error: 'ECONNREFUSED' });
    expect(getSteps(call, 'mapping')).toMatchObject([
      { outcome: 'KaleyraUnavailable', reason: 'ECONNREFUSED' },
    ]);
  });

  it('shows a second read and a second exchange after a key was revoked', async () => {
    await start();
    await verify();
    sandbox.controls.rotate('acme', 'new-key');
    sandbox.controls.rotate('acme', 'revoke-old');
    await verify();
    const call = await lastCall();
    expect(getKinds(call)).toEqual([
      'gateway',
      'parse',
      'credentials',
      'kaleyra',
      'credentials',
      'kaleyra',
      'mapping',
      'log',
      'outcome-event',
    ]);
    expect(getSteps(call, 'credentials').map(({ source }) => source)).toEqual(['cached', 'read']);
    expect(call.result?.outcome).toBe('Verified');
  });

  it('shows how attempts are counted', async () => {
    await start({ environment: { ATTEMPTS_TABLE: 'any' } });
    await verify();
    expect(getSteps(await lastCall(), 'attempts').map(({ operation }) => operation)).toEqual([
      'take an attempt',
      'clear the attempts',
    ]);
    await sandbox.controls.useUp({ tenant_id, id: body.id, phone_number: body.phone_number });
    await verify();
    const refused = await lastCall();
    expect(getKinds(refused)).toEqual(['gateway', 'parse', 'attempts', 'mapping', 'log', 'outcome-event']);
    expect(getSteps(refused, 'attempts')).toMatchObject([{ error: 'TooManyAttempts (number)' }]);
  });

  it('has requests that API Gateway refuses', async () => {
    await start();
    await verify({}, '/tenants/acme/other');
    expect(await lastCall()).toMatchObject({
      result: { outcome: 'GatewayRefused', status: 404 },
      steps: [{ kind: 'gateway', refusal: 'Not Found' }],
    });
  });
});

import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { failureCodes } from 'kaleyra-number-verification';
import { type Sandbox, startSandbox } from 'kaleyra-number-verification/sandbox';
import { OnboardingStack } from '../lib/onboarding-stack';

describe('OnboardingStack', () => {
  it('has the function and the state machines', () => {
    const app = new App();
    const template = Template.fromStack(
      new OnboardingStack(app, 'Onboarding', { env: { region: 'ap-south-1' } }),
    );
    template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 1024, Runtime: 'nodejs24.x' });
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 3);
  });
});

describe('a backend that verifies numbers', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  const verify = (otp: string) =>
    fetch(`${sandbox.url}/tenants/acme/whatsapp/109012345678901/number/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: '678997654123456', phone_number: '+919765412345', otp }),
    });

  it('gets a verification for the right password', async () => {
    const response = await verify('671242');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'verified', tenant_id: 'acme' });
  });

  it('gets a code of the catalogue for a wrong password', async () => {
    const { code } = (await (await verify('000000')).json()) as { code: string };
    expect(code).toBe('OtpRejected');
    expect(failureCodes).toContain(code);
    expect(sandbox.calls().at(-1)).toMatchObject({ tenant_id: 'acme', outcome: 'OtpRejected', status: 422 });
  });
});

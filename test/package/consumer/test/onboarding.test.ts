import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { failureCodes } from 'kaleyra-number-verification';
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

it('exports the codes of the catalogue', () => {
  expect(failureCodes).toContain('OtpRejected');
});

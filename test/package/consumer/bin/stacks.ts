import { App } from 'aws-cdk-lib';
import { NumberVerificationStack } from 'kaleyra-number-verification';
import { OnboardingStack } from '../lib/onboarding-stack';

const app = new App();
const env = { region: 'ap-south-1' };
new OnboardingStack(app, 'Onboarding', { env });
new NumberVerificationStack(app, 'KaleyraNumberVerification-ap-south-1', { env });

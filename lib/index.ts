/** The package's exports, for any CDK app. */
export type { Verification, VerifyNumberInput } from '../functions/verify-number/core/contract.ts';
export { type FailureCode, failureCodes } from '../functions/verify-number/core/failures.ts';
export { NumberVerification } from './constructs/number-verification.ts';
export type { NumberVerificationProps } from './constructs/number-verification-props.ts';
export {
  NumberVerificationStack,
  type NumberVerificationStackProps,
} from './constructs/number-verification-stack.ts';
export { PasswordWorkflow, type PasswordWorkflowProps } from './step-functions/password-workflow.ts';
export {
  PasswordWorkflowStack,
  type PasswordWorkflowStackProps,
} from './step-functions/password-workflow-stack.ts';
export { VerifyNumberTask, type VerifyNumberTaskProps } from './step-functions/verify-number-task.ts';
export { InvalidOptions } from './values/rules.ts';

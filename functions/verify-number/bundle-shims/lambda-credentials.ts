/**
 * Replaces `@aws-sdk/credential-provider-node` in the bundle. Lambda provides its role's credentials in the environment;
 * the other providers of that chain are a third of the bundle.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';

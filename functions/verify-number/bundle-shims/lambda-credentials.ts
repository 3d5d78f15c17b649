/**
 * Stands in the bundle for `@aws-sdk/credential-provider-node`, whose chain also knows profiles, single sign-on, web
 * identities and instance metadata: a third of the bundle that a Lambda never runs. Lambda hands a function its role's
 * credentials in the environment.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';

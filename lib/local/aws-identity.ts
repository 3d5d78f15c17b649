/** The AWS region, credentials and identity of a command, found as the AWS CLI finds them. */
import { GetCallerIdentityCommand, type GetCallerIdentityResponse, STSClient } from '@aws-sdk/client-sts';

/** Times in milliseconds. A person waits for them. */
export const timeLimits = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

interface ConfiguredClient {
  readonly config: Pick<STSClient['config'], 'region' | 'credentials'>;
}

/** @throws Error of one line if no region or no credentials are configured */
export const findSigner = async ({ config }: ConfiguredClient) => {
  const region = await config.region().catch(() => {
    throw new Error(
      'No AWS region is configured. Pass --region, or set AWS_REGION or a profile with a region.',
    );
  });
  const credentials = await config.credentials().catch((error: Error) => {
    throw new Error(
      `No AWS credentials were found (${error.message}). Sign in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID.`,
    );
  });
  return { region, credentials };
};

/** Asks STS for the caller's account and ARN, which needs no permission. Empty if STS does not report them. */
export const getCallerIdentity = async (
  region: string,
  endpoint?: string,
): Promise<GetCallerIdentityResponse> => {
  const sts = new STSClient({ region, ...(endpoint && { endpoint }), ...timeLimits, maxAttempts: 1 });
  try {
    return await sts.send(new GetCallerIdentityCommand({}));
  } catch {
    return {};
  } finally {
    sts.destroy();
  }
};

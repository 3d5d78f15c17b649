import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Options } from '../options/parse-options.ts';

/** Warns at synth about options that are meant for a short time, so that no one forgets the second step. */
export const warnAboutTransitions = (scope: Construct, options: Options): void => {
  const warn = (name: string, message: string) =>
    Annotations.of(scope).addWarningV2(`kaleyra-number-verification:${name}`, message);
  if (options.releases === 'none') {
    warn(
      'releasesNone',
      'releases=none: a new version gets all traffic without a check. Remove the option after the emergency.',
    );
  }
  if (options.leaveVpc) {
    warn(
      'leaveVpc',
      'leaveVpc: the network stays. After this release, delete the old versions, then remove the VPC options. See docs/runbook.md, section Leave a VPC.',
    );
  }
  if (options.keepDefaultEndpoint) {
    warn(
      'keepDefaultEndpoint',
      "keepDefaultEndpoint: API Gateway's own address still works. Remove the option when all callers use the domain.",
    );
  }
};

import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from './number-verification-props.ts';

/** Warns at synth about props that are meant for a short time, so that no one forgets the second step. */
export const warnAboutTransitions = (scope: Construct, settings: Settings): void => {
  const warn = (id: string, message: string) =>
    Annotations.of(scope).addWarningV2(`kaleyra-number-verification:${id}`, message);
  // Without alarms, a stack is meant to have no releases.
  if (settings.releases === 'none' && settings.alarms !== false) {
    warn(
      'releasesNone',
      'releases=none: a new version gets all traffic without a check. Remove the option after the emergency.',
    );
  }
  if (settings.leaveVpc) {
    warn(
      'leaveVpc',
      'leaveVpc: the network stays. After this release, delete the old versions, then remove the VPC options. See docs/runbook.md, section Leave a VPC.',
    );
  }
  if (settings.keepDefaultEndpoint) {
    warn(
      'keepDefaultEndpoint',
      "keepDefaultEndpoint: API Gateway's own address still works. Remove the option when all callers use the domain.",
    );
  }
};

import { setTimeout } from 'node:timers/promises';
import {
  type CodeDeployClient,
  GetDeploymentCommand,
  PutLifecycleEventHookExecutionStatusCommand,
} from '@aws-sdk/client-codedeploy';

/** What CodeDeploy sends to a hook. */
interface HookEvent {
  readonly DeploymentId: string;
  readonly LifecycleEventHookExecutionId: string;
}

interface ReleaseCheckDependencies {
  readonly codeDeploy: CodeDeployClient;
  /** Resolves to what is wrong with the new version, or to `undefined`. */
  readonly findProblem: () => Promise<string | undefined>;
  /** How long to wait before a version with a problem is checked a second time, in milliseconds. */
  readonly retryAfterMs: number;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

type Verdict = 'Succeeded' | 'Failed';

/**
 * Creates the hook that CodeDeploy runs before a new version gets traffic. It reports the verdict to CodeDeploy, which
 * rolls back a deployment that failed. A rollback is never checked. A deployment that CodeDeploy does not describe, even
 * when it is asked again, is treated as a release.
 * Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
 */
export const createReleaseCheck =
  ({ codeDeploy, findProblem, retryAfterMs, log }: ReleaseCheckDependencies) =>
  async ({ DeploymentId, LifecycleEventHookExecutionId }: HookEvent): Promise<void> => {
    let kind = await getDeploymentKind(codeDeploy, DeploymentId);
    let problem = kind === 'rollback' ? undefined : await findProblem();
    if (problem !== undefined) {
      await setTimeout(retryAfterMs);
      if (kind === 'unknown') kind = await getDeploymentKind(codeDeploy, DeploymentId);
      problem = kind === 'rollback' ? undefined : await findProblem();
    }
    const status: Verdict = problem === undefined ? 'Succeeded' : 'Failed';
    log({
      level: problem === undefined ? 'INFO' : 'ERROR',
      message: 'release check',
      deployment_id: DeploymentId,
      deployment_kind: kind,
      status,
      problem,
    });
    await codeDeploy.send(
      new PutLifecycleEventHookExecutionStatusCommand({
        deploymentId: DeploymentId,
        lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
        status,
      }),
    );
  };

/** Creators of rollbacks. Source: DeploymentInfo in the CodeDeploy API reference. */
const rollbackCreators: readonly (string | undefined)[] = ['codeDeployRollback', 'CloudFormationRollback'];

const getDeploymentKind = async (
  codeDeploy: CodeDeployClient,
  deploymentId: string,
): Promise<'release' | 'rollback' | 'unknown'> => {
  try {
    const { deploymentInfo } = await codeDeploy.send(new GetDeploymentCommand({ deploymentId }));
    return rollbackCreators.includes(deploymentInfo?.creator) ? 'rollback' : 'release';
  } catch {
    return 'unknown';
  }
};

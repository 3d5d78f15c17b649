import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { defaultSecretPrefix } from '../../functions/verify-number/config.ts';
import { releaseCheckTenantId } from '../../functions/verify-number/core/contract.ts';
import { startSandbox } from '../../lib/sandbox/start-sandbox.ts';
import manifest from '../../package.json' with { type: 'json' };
import { pipedTerminal } from '../support/fake-terminal.ts';
import { getProperties, readStack, readTemplate } from '../support/read-stacks.ts';
import { run } from '../support/run.ts';
import { awsEnvironment } from '../support/signed-gateway.ts';
import { apiKey, runTool, useSecretsManager } from '../support/tenant-tool.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, 'examples', file), 'utf8');

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

interface Policy {
  readonly Statement: readonly Statement[];
}

const list = <T>(value: T | readonly T[]): readonly T[] => [value].flat() as readonly T[];
const readPolicy = (name: string) => JSON.parse(read(`policies/${name}.json`)) as Policy;
const getActions = (policy: Policy) => policy.Statement.flatMap(({ Action }) => list(Action)).sort();
const getResources = (policy: Policy) => policy.Statement.flatMap(({ Resource }) => list(Resource));

/** The statements that a stack grants to the one role that the scenario imports. */
const listGranted = (stackName: string): readonly Statement[] =>
  getProperties(readTemplate('granted to backends', stackName), 'AWS::IAM::Policy')
    .filter(({ Roles }) => Roles.includes('backend'))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

describe('examples/policies/tenant-tool.json', () => {
  const tool = useSecretsManager();

  it('allows what the tenant tool calls, and to restore a secret and to change its key', async () => {
    const operations = new Set<string>();
    tool.failWith(({ operation }) => {
      operations.add(operation);
      return undefined;
    });
    const folder = mkdtempSync(join(tmpdir(), 'policies-'));
    const file = join(folder, 'tenants.csv');
    writeFileSync(file, `tenant_id,sid,apiKey\nglobex,FAKESID,${apiKey}\n`, { mode: 0o600 });
    for (const args of [
      ['put', 'acme', '--sid', 'FAKESID'],
      ['put', 'acme', '--sid', 'FAKESID', '--replace'],
      ['import', file],
      ['list'],
      ['check', '--all'],
      ['check', 'acme'],
      ['remove', 'acme', '--yes'],
    ]) {
      expect((await runTool(args, pipedTerminal(apiKey))).status).toBe(0);
    }
    rmSync(folder, { recursive: true });
    const called = [...operations].map((operation) => `secretsmanager:${operation}`);
    const policy = readPolicy('tenant-tool');
    const secretsManager = getActions(policy).filter((action) => action.startsWith('secretsmanager:'));
    expect(secretsManager).toEqual(
      [...called, 'secretsmanager:RestoreSecret', 'secretsmanager:UpdateSecret'].sort(),
    );
  });

  it('is limited to the default prefix', () => {
    const [secrets] = getResources(readPolicy('tenant-tool'));
    expect(secrets).toBe(`arn:aws:secretsmanager:*:111122223333:secret:${defaultSecretPrefix}*`);
  });
});

describe('examples/policies/call-api.json', () => {
  it('allows what grantVerify grants', () => {
    const [granted] = listGranted('Numbers');
    const policy = readPolicy('call-api');
    expect(getActions(policy)).toEqual(list(granted?.Action ?? []));
    const [resource] = getResources(policy);
    const grantedResource = JSON.stringify(granted?.Resource);
    const tail = String(resource).replace('arn:aws:execute-api:ap-south-1:111122223333:API_ID', '');
    expect(grantedResource).toContain(tail);
    expect(tail).toBe('/$default/POST/tenants/acme/whatsapp/*/number/verify');
  });
});

describe('examples/policies/answer-password-request.json', () => {
  it('allows what grantAnswer grants', () => {
    const granted = listGranted('Workflow').flatMap(({ Action }) => list(Action));
    expect(getActions(readPolicy('answer-password-request'))).toEqual([...granted].sort());
  });
});

describe('the roles to deploy with', () => {
  interface GitHubRole {
    readonly Properties: { readonly Policies: readonly { readonly PolicyDocument: Policy }[] };
  }
  const gitHubPolicy = () => {
    const { Resources } = JSON.parse(read('pipeline/github-role.json')) as {
      Resources: { Deploy: GitHubRole };
    };
    const [policy] = Resources.Deploy.Properties.Policies;
    return policy?.PolicyDocument as Policy;
  };

  it('may assume every role that the CDK uses, and no other', () => {
    const used = readStack('granted to backends').result.assumedRoles;
    const allowed = (policy: Policy) =>
      [...JSON.stringify(policy).matchAll(/role\/(cdk-[a-z0-9]+-[a-z-]+-role)-/g)]
        .map(([, role]) => role)
        .sort();
    expect(allowed(readPolicy('deploy'))).toEqual(used);
    expect(allowed(gitHubPolicy())).toEqual(used);
  });

  it('may run the smoke test in the pipeline', () => {
    const path = `/$default/POST/tenants/${releaseCheckTenantId}/whatsapp/*/number/verify`;
    expect(JSON.stringify(gitHubPolicy())).toContain(path);
  });
});

describe('examples/pipeline', () => {
  const workflows = ['deploy.yml', 'deploy-account.yml'].map((file) => read(`pipeline/${file}`));
  const all = workflows.join('\n');

  it('uses scripts that exist and the versions of actions that CI uses', () => {
    for (const [, script = ''] of all.matchAll(/npm run --silent (\w+)/g)) {
      expect(Object.keys(manifest.scripts)).toContain(script);
    }
    const ci = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8');
    const versions = (text: string) => new Set(text.match(/actions\/(checkout|setup-node)@\S+/g));
    expect(versions(all)).toEqual(versions(ci));
  });

  it('asks for a token of GitHub wherever it assumes a role', () => {
    const deploying = all.match(/uses: (\.\/\.github\/workflows\/deploy-account\.yml|aws-actions\/)/g) ?? [];
    expect(all.match(/id-token: write/g)).toHaveLength(deploying.length);
  });

  describe('its last step', () => {
    /** Runs the step as GitHub does, with the project's scripts, against an API that works or is not reachable. */
    const runStep = async ({ isReachable }: { isReachable: boolean }) => {
      const sandbox = await startSandbox();
      if (!isReachable) await sandbox.close();
      const folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
      const outputs = {
        Numbers: { ApiUrl: sandbox.url, FunctionName: 'numbers' },
        Workflow: { StateMachineArn: 'arn' },
        Others: { ApiUrl: sandbox.url },
      };
      writeFileSync(join(folder, 'outputs.json'), JSON.stringify(outputs));
      const [, text = ''] = workflows[1]?.split('run: |\n') ?? [];
      const script = text.replaceAll('npm run', `npm --prefix ${root} run`);
      const result = await run('bash', ['-eo', 'pipefail', '-c', script], { ...awsEnvironment }, folder);
      if (isReachable) await sandbox.close();
      rmSync(folder, { recursive: true });
      return result;
    };

    it('succeeds if every API works', async () => {
      const { status, stdout } = await runStep({ isReachable: true });
      expect([status, stdout.match(/^PASS/gm)]).toEqual([0, ['PASS', 'PASS']]);
    });

    it('fails at the first API that does not work', async () => {
      const { status, stdout } = await runStep({ isReachable: false });
      expect([status, stdout.match(/^FAIL/gm)]).toEqual([1, ['FAIL']]);
    });
  });
});

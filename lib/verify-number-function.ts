import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

const root = join(import.meta.dirname, '..');
const source = join(root, 'functions/verify-number');

/** The function that verifies numbers. */
export class VerifyNumberFunction extends Construct {
  readonly handler: NodejsFunction;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.handler = new NodejsFunction(this, 'Handler', {
      entry: join(source, 'index.ts'),
      projectRoot: root,
      depsLockFilePath: join(root, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(17),
      logGroup,
      environment: { SECRET_PREFIX: 'kaleyra/', SECRET_TTL_SECONDS: '300', KALEYRA_TIMEOUT_MS: '10000' },
      // Not the SDK's own setting: with HTTPS the SDK keeps connections anyhow.
      awsSdkConnectionReuse: false,
      bundling: {
        format: OutputFormat.ESM,
        mainFields: ['module', 'main'],
        minify: true,
        sourceMap: true,
        sourceMapMode: SourceMapMode.EXTERNAL,
        sourcesContent: false,
        bundleAwsSDK: true,
        // Leaves attempt counting out: index.ts asks for this name.
        define: { 'process.env.ATTEMPTS_TABLE': 'undefined' },
        esbuildArgs: {
          '--alias': [`@aws-sdk/credential-provider-node=${join(source, 'tenants/lambda-credentials.ts')}`],
        },
      },
    });
  }
}

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // Jest leaves one core idle by default, which is half of a small machine.
  maxWorkers: '100%',
  globalSetup: '<rootDir>/test/support/build-bundles.ts',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2024',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  // To load the CDK, or to start a process, takes seconds where all cores are busy.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/test/package/'],
  modulePathIgnorePatterns: [
    '<rootDir>/test/package/',
    '<rootDir>/cdk.out',
    '<rootDir>/dist',
    '<rootDir>/\\.stryker-tmp',
  ],
};

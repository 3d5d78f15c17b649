/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  runtime: '<rootDir>/test/support/node-runtime.js',
  // Jest leaves one core idle by default, which is half of a small machine.
  maxWorkers: '100%',
  globalSetup: '<rootDir>/test/support/build-bundles.ts',
  transform: {},
  reporters: ['default', '<rootDir>/test/support/skip-reporter.js'],
  // Ends a test that hangs. No test depends on how fast the machine is.
  testTimeout: 600_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/test/package/'],
  modulePathIgnorePatterns: [
    '<rootDir>/test/package/',
    '<rootDir>/cdk.out',
    '<rootDir>/dist',
    '<rootDir>/\\.stryker-tmp',
  ],
};

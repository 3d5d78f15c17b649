/**
 * A runtime for Jest in which Node.js itself loads the test files and what they import. A worker loads a package, for
 * example the AWS SDK, once instead of once per test file. The project's own modules are loaded again for each test file,
 * so that no test file sees the state that another one left in them. Stryker uses Jest's own runtime, in which it knows
 * which test runs a module.
 */
import { enableCompileCache, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import Runtime from 'jest-runtime';

const project = new URL('../../', import.meta.url).href;
const globalsUrl = 'jest-globals:';
const globalsKey = Symbol.for(globalsUrl);

/** The query that marks the modules of one test file, or an empty string for other modules. */
const getTestFile = (url = '') => /\?test-file=\d+$/.exec(url)?.[0] ?? '';

enableCompileCache();
registerHooks({
  resolve: (specifier, context, next) => {
    const testFile = getTestFile(context.parentURL);
    if (testFile && specifier === '@jest/globals') return { url: globalsUrl + testFile, shortCircuit: true };
    const resolved = next(specifier, context);
    const isOwn = resolved.url.startsWith(project) && !resolved.url.includes('/node_modules/');
    return testFile && isOwn ? { ...resolved, url: resolved.url + testFile } : resolved;
  },
  load: (url, context, next) => {
    if (!url.startsWith(globalsUrl)) return next(url, context);
    const names = Object.keys(globalThis[globalsKey]);
    const source = `export const { ${names} } = globalThis[Symbol.for('${globalsUrl}')];`;
    return { format: 'module', source, shortCircuit: true };
  },
});

// Jest's matchers run in another context. They have to recognize the errors and numbers of this one.
const intrinsics = Object.fromEntries(
  runInNewContext('Object.getOwnPropertyNames(globalThis)')
    .filter((name) => typeof globalThis[name] === 'function')
    .map((name) => [name, globalThis[name]]),
);

let testFiles = 0;

/** @see https://jestjs.io/docs/configuration, `runtime` */
export default class NodeRuntime extends Runtime {
  constructor(config, environment, ...others) {
    Object.assign(environment.global, intrinsics);
    super(config, environment, ...others);
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  unstable_importModule(path) {
    globalThis[globalsKey] = this.requireModuleOrMock(path, '@jest/globals');
    testFiles += 1;
    return import(`${pathToFileURL(path)}?test-file=${testFiles}`);
  }
}

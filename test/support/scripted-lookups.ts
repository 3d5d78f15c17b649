/** Name resolution as a test scripts it. */
import type { LookupFunction } from 'node:net';

/** Returns a resolver that finds 127.0.0.1, or no address, as scripted for each lookup. */
export const scriptLookups = (script: readonly ('found' | 'gone')[]) => {
  let count = 0;
  const lookup: LookupFunction = (hostname, _options, callback) => {
    count += 1;
    if (script[count - 1] === 'found') callback(null, [{ address: '127.0.0.1', family: 4 }]);
    else callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }), []);
  };
  return { lookup, getCount: () => count };
};

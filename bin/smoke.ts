/** `npm run smoke`: calls a deployed API once and says whether it works. */
import { runSmokeTest } from '../lib/smoke-test/smoke-test.ts';

process.exitCode = await runSmokeTest(process.argv.slice(2), process.env, console.log);

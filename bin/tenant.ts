/** `npm run tenant`: manages tenants' secrets. */
import { startTenantTool } from '../lib/tenant-tool/start.ts';

process.exitCode = await startTenantTool(process.argv.slice(2), process, () =>
  process.kill(process.pid, 'SIGINT'),
);

/** `npm run tenant`: tenants' secrets, for operators. */
import { runTenantTool } from '../lib/tenant-tool/tenant-tool.ts';

process.exitCode = await runTenantTool(process.argv.slice(2), process);

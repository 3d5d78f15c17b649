import { join } from 'node:path';

/** The package's root folder. This is the only file that locates it, because the build replaces `import.meta`. */
export const packageRoot = join(import.meta.dirname, '..');

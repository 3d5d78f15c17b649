/** `npm run build`: builds the code of the Lambda functions into `dist/functions`. */
import { buildFunctions } from './build/build-function.ts';

await buildFunctions();

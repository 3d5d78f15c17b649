/** `npm run options`: prints the options of `npx cdk deploy`. */
import { formatOptionsText } from './options/describe-options.ts';

console.log(formatOptionsText());

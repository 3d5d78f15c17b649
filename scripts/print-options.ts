/** `npm run options`: prints the options of `npx cdk deploy`. */
import { optionsText } from '../lib/options/describe-options.ts';

console.log(optionsText());

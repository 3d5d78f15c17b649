/**
 * `npm run faults`, third part: what is promised of everything, on at least 100,000 cases made at random. `npm test`
 * tries the same on fewer. Exits with 1 at the first case that breaks a promise, made as small as can be.
 */
import { casesOf, properties } from './properties/properties.ts';

const cases = 110_000;

let tried = 0;
const rows: string[] = [];
for (const property of properties) {
  process.stderr.write(`\r${tried} of ${cases} cases `);
  const startedAt = performance.now();
  const count = casesOf(property, cases);
  await property.check(count);
  tried += count;
  rows.push(`| ${property.name} | ${count} | ${((performance.now() - startedAt) / 1000).toFixed(1)} |`);
}
console.log(`
| property | cases, none of which broke it | took, s |
| --- | --: | --: |
${rows.join('\n')}
| all | ${tried} | |`);

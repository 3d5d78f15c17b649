/**
 * `npm run faults`, last part: the properties of the function on 110,000 random cases. `npm test` tries 1,000. Exits with
 * status 1 at the first case that breaks a property, and reports it in its smallest form.
 */
import { getCases, properties } from './properties/properties.ts';

const cases = 110_000;

let tried = 0;
for (const property of properties) {
  process.stderr.write(`\r${tried} of ${cases} cases `);
  const count = getCases(property, cases);
  await property.check(count);
  tried += count;
}
console.log(`\nRandom cases: ${tried} cases of ${properties.length} properties. None was broken.`);

// Adds up what the test runs wrote: node sum.mjs FOLDER [broken step]…. The last line is `N passed, N failed`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...broken] = process.argv.slice(2);
const counted = new Set();
let passed = 0;
let failed = 0;

for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  // A file that could not even be loaded has no test to count, and is a failure all the same.
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  for (const file of unloaded) console.log(`could not be loaded: ${file.name}`);
  passed += report.numPassedTests;
  failed += report.numFailedTests + unloaded.length;
  if (report.numFailedTests + unloaded.length > 0) counted.add(name.replace('.json', ''));
}
for (const step of broken.filter((name) => !counted.has(name))) {
  console.log(`failed: ${step}`);
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

// Prints "passed failed" over vitest JSON reports; a missing or empty report is a failure.
import { readFileSync } from "node:fs";

const counts = process.argv.slice(2).map((file) => {
  try {
    const { numPassedTests: passed, numFailedTests: failed, success } = JSON.parse(readFileSync(file, "utf8"));
    return { passed, failed: Math.max(failed, success && passed > 0 ? 0 : 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
});
console.log(counts.reduce((sum, { passed }) => sum + passed, 0), counts.reduce((sum, { failed }) => sum + failed, counts.length === 0 ? 1 : 0));

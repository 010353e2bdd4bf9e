// Prints "passed failed" over vitest's JSON reports, then what failed, so that a log of which only the end was kept says it.
// A report that is missing or empty is a failure.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** Of one failure this many lines, and this many failures: the whole is further up. */
const LINES = 12;
const SHOWN = 20;

const firstLines = (text) => stripVTControlCharacters(text).split("\n").slice(0, LINES).join("\n    ");

const counts = process.argv.slice(2).map((file) => {
  try {
    const { numPassedTests: passed, numFailedTests, success, testResults } = JSON.parse(readFileSync(file, "utf8"));
    const failures = testResults.flatMap(({ name, message, assertionResults }) => {
      const place = relative(process.cwd(), name);
      const tests = assertionResults.filter(({ status }) => status === "failed");
      if (tests.length === 0 && message) return [`${place}\n    ${firstLines(message)}`];
      return tests.map(({ fullName, failureMessages }) => `${place} > ${fullName}\n    ${failureMessages.map(firstLines).join("\n    ")}`);
    });
    const failed = Math.max(numFailedTests, success && passed > 0 ? 0 : 1);
    return { passed, failed, failures: failed > 0 && failures.length === 0 ? [`${file}: the run failed without a failed test (an error outside of tests, or none was run)`] : failures };
  } catch (error) {
    return { passed: 0, failed: 1, failures: [`${file}: no report of vitest (${error instanceof Error ? error.message.split("\n")[0] : "unreadable"})`] };
  }
});

const failures = counts.flatMap(({ failures }) => failures);
console.log(counts.reduce((sum, { passed }) => sum + passed, 0), counts.reduce((sum, { failed }) => sum + failed, counts.length === 0 ? 1 : 0));
for (const failure of failures.slice(0, SHOWN)) console.log(`FAILED ${failure}`);
if (failures.length > SHOWN) console.log(`and ${failures.length - SHOWN} more`);

// Prints "passed failed" of a vitest JSON report; a missing or empty report is a failure.
import { readFileSync } from "node:fs";

try {
  const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
  const failed = report.numFailedTests + (report.success ? 0 : report.numFailedTests === 0 ? 1 : 0);
  console.log(report.numPassedTests, report.numPassedTests === 0 ? failed + 1 : failed);
} catch {
  console.log(0, 1);
}

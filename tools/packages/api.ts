/**
 * `npm run api [-- --check]`: writes what every public door of every published package declares into `packages/<folder>/api/*.api.md`; with `--check` it
 * writes nothing and fails when a committed report is another, and shows the lines: one that went (`-`) may break a user, and so may a door that went. The packages have to be built.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";

import { apiReports, differenceOf, writeReport } from "./api/api-report.ts";
import { reportsWithoutDoor } from "./api/report-file.ts";
import { publishedPackages, ROOT } from "./published.ts";

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const begun = performance.now();
const scratch = await mkdtemp(join(tmpdir(), "caio-api-"));
const reports = apiReports(publishedPackages(), scratch);
await rm(scratch, { recursive: true, force: true });
let changed = 0;
for (const report of reports) {
  const difference = differenceOf(report);
  if (difference === undefined) continue;
  changed += 1;
  const lines = difference.split("\n");
  const gone = lines.filter((line) => line.startsWith("-")).length;
  console.log(`${relative(ROOT, report.file)}: ${String(gone)} lines went, ${String(lines.length - gone)} came${gone > 0 ? "; what went may break a user" : ""}`);
  if (values.check) console.log(lines.slice(0, 60).map((line) => `  ${line}`).join("\n"));
  else writeReport(report);
}
for (const file of reportsWithoutDoor(publishedPackages())) {
  changed += 1;
  console.log(`${relative(ROOT, file)}: no package has this door any more, which may break a user${values.check ? "" : "; removed"}`);
  if (!values.check) await rm(file);
}
if (values.check && changed > 0) console.log("The public API is not what is committed. If it is meant: `npm run api`, commit the reports, and say it in a changeset (docs/versioning.md).");
console.log(`${String(reports.length)} doors, ${String(changed)} ${values.check ? "differ" : "written"}, ${((performance.now() - begun) / 1000).toFixed(0)} s`);
process.exitCode = values.check && (changed > 0 || reports.length === 0) ? 1 : 0;

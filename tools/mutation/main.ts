/**
 * `npm run mutation -- [--group limits]… [--file cost.ts]… [--changed] [--write] [--check]`: mutates the files that decide, and says what the tests
 * saw. With `--changed` only files that differ from the record are run, with `--check` none; `--write` keeps what was found in the record.
 */
import { parseArgs } from "node:util";

import { mutationGroups } from "./groups.ts";
import { digestOfFile, digestOfTests } from "./digests.ts";
import { readRecord, writeRecord, type MutationRecord } from "./record.ts";
import { recordOf } from "./file-result.ts";
import { groupsWithOtherTests } from "./other-tests.ts";
import { findProblems } from "./find-problems.ts";
import { plannedRuns } from "./planned-runs.ts";
import { runGroup } from "./run-group.ts";
import { tableOf } from "./table.ts";

const { values } = parseArgs({
  options: {
    group: { type: "string", multiple: true },
    file: { type: "string", multiple: true },
    changed: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const groups = mutationGroups.filter(({ name }) => values.group?.includes(name) ?? true);
if (groups.length === 0) throw new Error(`No such group: ${(values.group ?? []).join(", ")}. There are ${mutationGroups.map(({ name }) => name).join(", ")}.`);
const record = readRecord();
const plan = values.check ? { runs: [], left: [] } : plannedRuns(groups, record, { changed: values.changed, endings: values.file });
const found: MutationRecord = { ...record, files: { ...record.files }, tests: { ...record.tests } };
for (const { group, files } of plan.runs) {
  const start = performance.now();
  // Before the run: it is of the text as it is now.
  const digests = files.map((file) => [file, digestOfFile(file)] as const);
  const testsDigest = digestOfTests(group);
  const mutants = await runGroup(group, files);
  for (const [file, digest] of digests) found.files[file] = { ...recordOf(file, mutants), digest, group: group.name };
  // Of files that were run alone the others are as earlier tests saw them.
  const isWhole = group.files.every((file) => files.includes(file) || (found.tests[group.name] === undefined && found.files[file] !== undefined));
  if (isWhole) found.tests[group.name] = testsDigest;
  console.log(`\n${group.name}: ${String(files.length)} files, ${String(mutants.length)} mutants, ${String(Math.round((performance.now() - start) / 1000))} s`);
  if (values.write) writeRecord(found);
}
const other = groupsWithOtherTests(groups, found);
if (values.check && other.length > 0) console.log(`Their tests are other ones than in the last whole run, so that other mutants may survive than are listed: ${other.join(", ")}.`);
const ran = new Set(plan.runs.flatMap(({ files }) => files));
console.log(tableOf(groups, found, (file) => ran.has(file) || plan.runs.length === 0));
// A change must leave no survivor of its files unexplained; what others left open is listed by --check and by the nightly run.
const problems = findProblems(groups, found, { left: plan.left, answerable: (file) => !values.changed || ran.has(file) });
for (const problem of problems) console.error(`- ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;

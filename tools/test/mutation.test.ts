import { describe, expect, it } from "vitest";

import { mutationGroups } from "../mutation/groups.ts";
import { digestOfFile, digestOfTests } from "../mutation/digests.ts";
import { findProblems } from "../mutation/find-problems.ts";
import { groupsWithOtherTests } from "../mutation/other-tests.ts";
import { plannedRuns } from "../mutation/planned-runs.ts";
import type { FileResult, MutationRecord, Survivor } from "../mutation/record.ts";
import { isMessage } from "../mutation/runner/is-message.ts";
import { openSurvivors, type Explanation } from "../mutation/survivors.ts";
import { scoreOf } from "../mutation/table.ts";

const [group] = mutationGroups.filter(({ name }) => name === "limits");
if (group === undefined) throw new Error("The limits are not mutated.");
const [first = "", second = ""] = group.files;
const survivor: Survivor = { line: 3, text: "if (a > b) return;", was: "a > b", becomes: "true" };
const result: FileResult = { killed: 6, timeouts: 1, survived: 2, noCoverage: 1, survivors: [survivor] };
const recordOf = (digest: string, size = 10): MutationRecord => ({ tests: { limits: "" }, files: { [first]: { ...result, killed: size - 4, digest, group: "limits" } } });

describe("the score", () => {
  it("counts what was seen over all that was made, what no test runs included", () => {
    expect(scoreOf(result)).toBe(70);
    expect(scoreOf({ killed: 0, timeouts: 0, survived: 0, noCoverage: 0 })).toBe(100);
  });

  it("leaves out texts for people, and nothing that decides", () => {
    const literal = (value: string): boolean => isMessage({ node: { type: "StringLiteral", value } });
    expect(["a pair is admitted", "Found none, expected (one)."].map(literal)).toEqual([true, true]);
    expect(["end_to_end", "caio-tie-v1", "limits.budget_micros", " ", ", ", "=="].map(literal)).toEqual([false, false, false, false, false, false]);
    const template = (...raws: string[]): boolean => isMessage({ node: { type: "TemplateLiteral", quasis: raws.map((raw) => ({ value: { raw } })) } });
    expect([template("the pair ", " is not admitted"), template("", " ", ""), template("log.inclusion.", "")]).toEqual([true, false, false]);
  });
});

describe("a survivor", () => {
  const why: Explanation = { file: first, line: survivor.text, why: "Because." };
  const open = (...explanations: Explanation[]): readonly string[] => openSurvivors(group, recordOf(""), explanations);

  it("is open until its line, or it alone, is explained", () => {
    expect(open()).toHaveLength(1);
    expect(open(why)).toEqual([]);
    expect(open({ ...why, was: "a > b", becomes: "true" })).toEqual([]);
    expect(open()[0]).toContain("`a > b` become `true`");
  });

  it("is open when its line, its change or its file is another one, and the explanation is reported as well", () => {
    for (const other of [{ ...why, line: "if (a > c) return;" }, { ...why, becomes: "false" }]) expect(open(other)).toHaveLength(2);
    expect(open({ ...why, file: second })).toHaveLength(1);
  });
});

describe("what CI runs", () => {
  const changed = { changed: true, endings: undefined };

  it("is what is not as recorded, of groups that were run whole", () => {
    expect(plannedRuns([group], recordOf("other"), changed).runs).toEqual([{ group, files: group.files }]);
    expect(plannedRuns([group], { ...recordOf("other"), tests: {} }, changed).runs).toEqual([]);
  });

  it("leaves what is too long for another time", () => {
    expect(plannedRuns([group], recordOf("other", 1_000), changed).left).toEqual(expect.arrayContaining([first]));
  });

  it("is everything when nothing is said", () => {
    expect(plannedRuns([group], recordOf("other"), { changed: false, endings: undefined })).toEqual({ runs: [{ group, files: group.files }], left: [] });
    expect(plannedRuns([group], recordOf("other"), { changed: false, endings: [first.slice(-7)] }).runs).toEqual([{ group, files: [first] }]);
  });

  it("is refused for a file that there is none of: nothing would be run, and nothing be wrong", () => {
    expect(() => plannedRuns([group], recordOf("other"), { changed: false, endings: ["orchestrator/src/costs.ts"] })).toThrow(/--file orchestrator\/src\/costs\.ts: no file of limits ends so/);
  });
});

it("a group whose tests changed since it was run whole is named, one that was never run is not", () => {
  const withTests = (tests: MutationRecord["tests"]): readonly string[] => groupsWithOtherTests([group], { tests, files: {} });
  expect([withTests({ limits: "other" }), withTests({ limits: digestOfTests(group) }), withTests({})]).toEqual([["limits"], [], []]);
});

describe("what keeps the record from being good enough", () => {
  const whole: MutationRecord = { tests: { limits: "" }, files: Object.fromEntries(group.files.map((file) => [file, { ...result, killed: 93, survived: 0, noCoverage: 0, survivors: [], digest: digestOfFile(file), group: "limits" }])) };
  const problemsOf = (record: MutationRecord): readonly string[] => findProblems([group], record, { left: [], answerable: () => false });

  it("is nothing where every group was run whole and keeps its floors", () => {
    expect(problemsOf(whole)).toEqual([]);
  });

  it("is a group that was never run whole, whatever is known of its files", () => {
    for (const files of [whole.files, {}]) expect(problemsOf({ files, tests: {} })).toEqual([expect.stringContaining("limits: never run whole")]);
  });

  it("is a file, and a group, below its floor", () => {
    const problems = problemsOf({ ...whole, files: Object.fromEntries(Object.entries(whole.files).map(([file, each]) => [file, { ...each, survived: 40 }])) });
    expect(problems).toEqual([expect.stringMatching(/^limits: 70\.1 %/), ...group.files.map((file) => expect.stringContaining(`${file}: 70.1 %`) as string)]);
  });
});

import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { occurrences } from "../faults/broken/source-edit.ts";
import { catalogue } from "../faults/catalogue/catalogue.ts";
import { checkGroups } from "../scorecard/check-groups.ts";
import { runTask, type Runner } from "../scorecard/engine/task.ts";
import { citationsOf, isThere, sectionsOf } from "../scorecard/invariants/citation.ts";
import { invariantOf, readInvariants } from "../scorecard/invariants/invariant.ts";
import { listedInvariants } from "../scorecard/invariants/listed-invariants.ts";
import { scoreAll } from "../scorecard/invariants/score-all.ts";
import { unseenFaults } from "../scorecard/invariants/unseen-breakages.ts";
import { invariantsDocument } from "../scorecard/report/invariants-document.ts";

const invariants = readInvariants();
const faultsOf = new Map(checkGroups.flatMap(({ checks }) => [...checks]));

describe("docs/invariants", () => {
  it("are those of calculus §10", () => {
    const numbered = ["1", "2", "3", "4", "5", "6"].map((digit) => `000${digit}`);
    const others = ["SAFETY", "POLICY", "TRAITS", "BUDGET", "LATENCY", "MODEL", "TRACE", "OPT", "COMPLETE", "LOG"].map((name) => `${name}-0001`);
    const ids = [...numbered, ...numbered.map((number) => `SEC-${number}`), ...others].map((name) => `INV-CAIO-${name}`);
    expect([...listedInvariants()].sort()).toEqual(ids.sort());
    expect(invariants.map(({ id }) => id)).toEqual(ids);
  });

  it("say what the table of the calculus says", () => {
    const calculus = readFileSync(new URL("../../docs/calculus.md", import.meta.url), "utf8");
    for (const { id, statement } of invariants) expect(calculus).toContain(`| [${id}](invariants/${id}.yaml) | ${statement} |`);
  });

  it("bind every check once, with all its faults", () => {
    expect(invariants.flatMap(({ checks }) => checks).sort()).toEqual([...faultsOf.keys()].sort());
    for (const { id, checks, faults } of invariants) {
      const known = new Set(checks.flatMap((check) => faultsOf.get(check) ?? []));
      expect([id, ...[...faults].sort()]).toEqual([id, ...[...known].sort()]);
    }
  });

  it("name broken builds that there are, at least one each, whose text stands once in its file", () => {
    const known = new Map([...catalogue, ...unseenFaults].map((fault) => [fault.id, fault]));
    expect(known.size).toBe(catalogue.length + unseenFaults.length);
    for (const { id, catalogue: names } of invariants) {
      expect([id, names.length > 0, names.filter((name) => !known.has(name))]).toEqual([id, true, []]);
    }
    const bound = new Set(invariants.flatMap(({ catalogue: names }) => names));
    expect(unseenFaults.filter(({ id }) => !bound.has(id))).toEqual([]);
    for (const fault of unseenFaults) expect([fault.id, occurrences(fault)]).toEqual([fault.id, 1]);
  });

  it("are proved by places in the code and sections of the calculus that are there", () => {
    for (const { id, proof, assumes, lemma, checked } of invariants) {
      const text = [lemma, ...proof, ...assumes, checked].join("\n");
      const places = citationsOf(proof.join("\n"));
      expect([id, proof.length > 1, places.length > 0]).toEqual([id, true, true]);
      expect([id, citationsOf(text).filter((place) => !isThere(place))]).toEqual([id, []]);
      expect([id, sectionsOf(text).filter((section) => section > 10)]).toEqual([id, []]);
    }
    expect(isThere({ file: "orchestrator/src/route.ts", name: "caioRoutes" })).toBe(false);
    expect(isThere({ file: "orchestrator/src/no-route.ts", name: "caioRoute" })).toBe(false);
  });

  it("are on their page as they are: else run npm run scorecard:docs", () => {
    expect(readFileSync(new URL("../../docs/invariants/README.md", import.meta.url), "utf8")).toBe(invariantsDocument(invariants));
  });

  it("refuse a file with a wrong key, a missing text, an empty list or another name", () => {
    const file = "INV-X.yaml";
    const text = "id: INV-X\nstatement: s\nlemma: l\nproof: [p]\nstep: '1'\nchecked: c\nchecks: [x]\nfaults: [f]\ncatalogue: []\n";
    expect(invariantOf(text, file)).toMatchObject({ proof: ["p"], assumes: [], checks: ["x"], faults: ["f"], catalogue: [] });
    expect(() => invariantOf("id: INV-X\nreason: none", file)).toThrow('found "reason"');
    expect(() => invariantOf(text.replace("statement: s\n", ""), file)).toThrow('"statement": found no text');
    expect(() => invariantOf(text.replace("[p]", "[]"), file)).toThrow('"proof": found an empty list');
    expect(() => invariantOf(text.replace("[x]", "x"), file)).toThrow('"checks": found no list');
    expect(() => invariantOf(text.replace("[f]", "['']"), file)).toThrow('"faults", item 1');
    expect(() => invariantOf(text.replace("id: INV-X", "id: INV-Y"), file)).toThrow("expected the name of the file");
    expect(() => invariantOf("[", file)).toThrow(file);
    expect(() => listedInvariants("## 10. Invariants\n\nNone.\n")).toThrow("found no invariant");
  });
});

describe("the packages as they are", () => {
  it.each(checkGroups.map((group): [string, typeof group] => [group.name, group]))("keep every check of %s on a few cases", { timeout: 60_000 }, async (name, group) => {
    const findings = await group.judge({ from: 600_000, count: { requests: 8, plans: 80 }[name] ?? 25 }, [...group.checks.keys()]);
    expect(findings.map(({ check }) => check)).toEqual([...group.checks.keys()]);
    expect(findings.filter(({ violation }) => violation !== undefined)).toEqual([]);
    expect(Math.min(...findings.map(({ judged }) => judged))).toBeGreaterThan(0);
  });

  it("are scored by all that the calculus names: what has no file, or is not named, is RED", async () => {
    const run: Runner = (task) => runTask(task, checkGroups);
    const log = invariants.filter(({ id }) => id === "INV-CAIO-LOG-0001");
    const scores = await scoreAll({ invariants: log, listed: ["INV-CAIO-LOST-0001", "INV-CAIO-LOG-0001"], groups: checkGroups }, { seed: 1, cases: 20 }, run);
    expect(scores.map(({ invariant, status }) => [invariant, status])).toEqual([["INV-CAIO-LOG-0001", "GREEN"], ["INV-CAIO-LOST-0001", "RED"]]);
    expect(scores[1]?.reasons.join()).toContain("there is no docs/invariants/INV-CAIO-LOST-0001.yaml");
    const [unlisted] = await scoreAll({ invariants: log, listed: ["INV-CAIO-0001"], groups: [] }, { seed: 1, cases: 1 }, run);
    expect(unlisted).toMatchObject({ invariant: "INV-CAIO-0001", status: "RED" });
    const [, unknown] = await scoreAll({ invariants: log, listed: ["INV-CAIO-0001"], groups: checkGroups }, { seed: 1, cases: 1 }, run);
    expect(unknown?.reasons).toEqual(["docs/calculus.md §10 does not name it"]);
  });
});

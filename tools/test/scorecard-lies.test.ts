import { describe, expect, it } from "vitest";

import { runCampaign } from "../scorecard/engine/campaign.ts";
import type { Check } from "../scorecard/engine/check.ts";
import { checkGroup } from "../scorecard/engine/check-group.ts";
import { runTask, type Runner } from "../scorecard/engine/task.ts";
import type { Invariant } from "../scorecard/invariants/invariant.ts";
import { scoreInvariant, type Score } from "../scorecard/invariants/score-invariant.ts";
import { breakageTable, scoreTable, verdictOnBreakage } from "../scorecard/report/tables.ts";
import { scorecardOf } from "../scorecard/report/scorecard.ts";
import { scorecardPage } from "../scorecard/report/scorecard-page.ts";

type Say = (seed: number) => ReturnType<Check<number, number>["judge"]>;
const invariant: Invariant = {
  ...{ id: "INV-X", statement: "s <b>", lemma: "l", proof: ["`a/src/b.ts#c`"], assumes: [], step: "1", checked: "c" },
  ...{ checks: ["x"], faults: ["broken"], catalogue: [] },
};
const even: Say = (seed) => (seed % 2 === 0 ? "holds" : "vacuous");
const found: Say = () => ({ violation: "found" });

/** A scorecard of one check: of the numbers from the seed on; a fault adds what it says to each. */
async function scored(judge: Say, faults: Record<string, number> = { broken: 0.5 }, file: Partial<Invariant> = {}, run?: Runner): Promise<Score> {
  const numbers = checkGroup<number, number>(
    "numbers",
    ({ from, count }, fault = 0) => Array.from({ length: count }, (_, at) => ({ seed: from + at, one: from + at + fault })),
    [{ name: "x", judge: (one) => (Number.isInteger(one) ? judge(one) : one < 50 ? "holds" : found(one)), faults }],
  );
  const terms = { seed: 1, cases: 600 };
  const results = await runCampaign([numbers], new Set(["x"]), terms, run ?? ((task) => runTask(task, [numbers])));
  return scoreInvariant({ ...invariant, ...file }, results, terms);
}

describe("a score", () => {
  it("is GREEN where the property holds for as many cases as are asked for, and every fault is found", async () => {
    const score = await scored(even);
    expect(score).toMatchObject({ status: "GREEN", reasons: [], seed: 1, faults: { caught: [{ fault: "broken", check: "x", seed: 50 }], injected: ["broken"] } });
    expect(score.cases).toBeGreaterThanOrEqual(600);
    expect(score.generated).toBeGreaterThanOrEqual(2 * score.cases - 1);
  });

  it.each<[string, Promise<Score>, string]>([
    ["there is no such check", scored(even, undefined, { checks: ["y"], faults: [] }), "no check is called y"],
    ["the property is broken", scored((seed) => (seed < 700 ? "vacuous" : found(seed))), "x: numbers from seed 700: found"],
    ["no case says anything", scored(() => "vacuous"), "x: no case said anything of it"],
    ["too few cases say anything", scored((seed) => (seed % 20 === 0 ? "holds" : "vacuous")), "x: 360 of 7200 numbers said anything of it, 600 were asked for"],
    ["a check cannot fail", scored(even, { broken: 0 }), "x: the fault broken was not found"],
    ["no fault is there", scored(even, {}, { faults: [] }), "x: no fault can make it fail"],
    ["the check has another fault", scored(even, { broken: 0.5, other: 0.25 }), "x: the file does not name the fault other"],
    ["the file has another fault", scored(even, undefined, { faults: ["broken", "other"] }), "no check knows the fault other"],
  ])("is RED where %s", async (_name, made, reason) => {
    const score = await made;
    expect(score.status).toBe("RED");
    expect(score.reasons).toEqual([reason]);
  });

  it("is the same whoever works at it, and in whatever order", async () => {
    const broken: Say = (seed) => (seed === 431 || seed === 88 ? found(seed) : even(seed));
    const numbers = checkGroup<number, number>("numbers", ({ from, count }) => Array.from({ length: count }, (_, at) => ({ seed: from + at, one: from + at })), [{ name: "x", judge: broken, faults: {} }]);
    const waiting: (() => void)[] = [];
    // The last that was asked for ends first.
    const backwards: Runner = async (task) => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 1) setImmediate(() => { for (const wake of waiting.splice(0).reverse()) wake(); });
      });
      return runTask(task, [numbers]);
    };
    const plain = await scored(broken, {}, { faults: [] }, (task) => runTask(task, [numbers]));
    expect(plain.reasons[0]).toBe("x: numbers from seed 88: found");
    expect({ ...(await scored(broken, {}, { faults: [] }, backwards)), ms: 0 }).toEqual({ ...plain, ms: 0 });
  });
});

describe("a scorecard", () => {
  it("says in its table and on its page what is RED, first and why", async () => {
    const scores = [await scored(even), { ...(await scored(() => "vacuous")), invariant: "INV-Y" }];
    const card = scorecardOf(scores, { seed: 1, cases: 600, seconds: 1.23, broken: undefined });
    expect(card).toMatchObject({ caioScorecard: 1, red: 1, seconds: 1.2, broken: null });
    expect(scoreTable(card)).toMatch(/GREEN {2}INV-X +\d+ numbers +1\/1 faults +0\.0 s\nRED {4}INV-Y .*\n {2}x: no case said anything of it\n2 invariants, 1 RED, 1\.2 s$/);
    const page = scorecardPage(card, [invariant]);
    expect(page.indexOf("x: no case said anything of it")).toBeLessThan(page.indexOf('<article id="INV-X"'));
    expect(page).toContain("s &lt;b&gt;");
    expect(page).toContain("<title>CAIO scorecard: 1 RED</title>");
    expect(page.match(/(?:src|href)="(?!#|data:)/g)).toBeNull();
    expect(page).not.toContain("<script");
  });

  it("of a broken build says whether just those are RED that should be", async () => {
    const [green, red] = [await scored(even), { ...(await scored(found)), invariant: "INV-Y" }];
    const card = scorecardOf([green, red], { seed: 1, cases: 600, seconds: 1, broken: "bent" });
    const fault = { id: "bent", title: "It is bent", file: "a/src/b.ts", find: "a", replace: "b" };
    expect(verdictOnBreakage(card, { fault, breaks: ["INV-Y"] })).toContain("The invariants that name it are RED, and all others are GREEN.");
    expect(verdictOnBreakage(card, { fault, breaks: ["INV-X"] })).toContain("RED and not named by the breakage: INV-Y. Named by the breakage and GREEN: INV-X.");
    expect(breakageTable([{ fault, breaks: ["INV-Y"] }])).toContain("RED: INV-Y");
  });
});

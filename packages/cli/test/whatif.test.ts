import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import type { PolicySet } from "@caio/rules";
import { openSqlStores } from "@caio/store-sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openPast } from "../src/whatif/open-past.ts";
import { Arms } from "../src/whatif/rescore.ts";
import { rescoreAll } from "../src/whatif/what-if.ts";
import { exploredStore, FIRST } from "./support/explored-store.ts";
import { writeMarket } from "./support/market-folder.ts";
import { marketPolicy, promptOf, sellers, successRate } from "./support/market.ts";
import { caio, caioIn, json } from "./support/run-command.ts";
import { serving } from "./support/serving.ts";

interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface Answer {
  readonly decisions: number;
  readonly changed: number;
  readonly value: { readonly kind: string; readonly doublyRobust: Estimate; readonly difference: Estimate; readonly logged: Estimate };
  readonly promisedCost: { readonly logged: number; readonly target: number; readonly decisions: number } | null;
  readonly pairs: readonly { readonly service: string; readonly logged: number; readonly target: number; readonly unseen: number }[];
}

interface Point {
  readonly weights: Readonly<Record<string, number>>;
  readonly tuned: { readonly quality: number; readonly costMicros: number };
  readonly held: { readonly quality: Estimate; readonly costMicros: number };
  readonly gainMicros: Estimate;
}

interface Tuned {
  readonly verdict: string;
  readonly decisions: { readonly tuned: number; readonly held: number };
  readonly start: Point;
  readonly chosen: Point;
  readonly front: readonly Point[];
}

const [DECISIONS, EPSILON] = [300, 0.3];
/** At these the dearest service is always taken. */
const DEAR = "model=1,cost=-1";
let folder = "";
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caio-whatif-test-"));
  await writeMarket(folder);
  await writeFile(at("exploring.yaml"), marketPolicy(`exploration: { epsilon: ${String(EPSILON)}, max_loss: 2 }\n`));
  await exploredStore(at("explored.db"), folder, { decisions: DECISIONS, policy: "exploring.yaml" });
  await exploredStore(at("greedy.db"), folder, { decisions: 60 });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function asked(...argv: readonly string[]): Promise<{ readonly code: number; readonly answer: Answer }> {
  const { code, out } = await caio("whatif", ...argv, "--json");
  return { code, answer: json(out) as Answer };
}

describe("what other weights would have done", () => {
  it("is estimated where the log explored, with an interval that holds the truth", async () => {
    const { code, answer } = await asked("--store", at("explored.db"), "--weights", DEAR);
    expect(code).toBe(0);
    expect(answer).toMatchObject({ decisions: DECISIONS, changed: DECISIONS, value: { kind: "estimated", overlap: { uncovered: 0, changedRows: DECISIONS } } });
    const means = Array.from({ length: DECISIONS }, (_decision, number) => (1 - EPSILON) * successRate("large", number) + (EPSILON / 3) * sellers.reduce((sum, seller) => sum + successRate(seller, number), 0));
    const truth = means.reduce((sum, each) => sum + each, 0) / DECISIONS;
    const { doublyRobust, difference, logged } = answer.value;
    expect(doublyRobust.low).toBeLessThan(truth);
    expect(doublyRobust.high).toBeGreaterThan(truth);
    expect(doublyRobust.high - doublyRobust.low).toBeLessThan(0.3);
    expect(difference.low).toBeGreaterThan(0);
    expect(Math.abs(doublyRobust.value - logged.value - difference.value)).toBeLessThan(0.1);
    expect(answer.pairs[0]).toMatchObject({ service: "large", target: expect.closeTo(1 - EPSILON + EPSILON / 3, 6) as number, unseen: 0 });
  });

  it("tells promised costs exactly, by the contracts of that time", async () => {
    const { answer } = await asked("--store", at("greedy.db"), "--weights", DEAR);
    expect(answer.promisedCost).toEqual({ decisions: 60, logged: 1000, target: 20_000 });
  });

  it("still knows costs by their shares in the certificate where what opens the requests is gone, but for those at the top", async () => {
    await exploredStore(at("erased.db"), folder, { decisions: 10 });
    const stores = await openSqlStores({ file: at("erased.db") });
    await stores.retention.retain({ openings: Date.now() }, { at: Date.now() });
    await stores.close();
    const cheap = await asked("--store", at("erased.db"), "--weights", "cost=0.6");
    expect(cheap.answer.promisedCost).toEqual({ decisions: 10, logged: 1000, target: 1000 });
    expect((await asked("--store", at("erased.db"), "--weights", DEAR)).answer.promisedCost).toBeNull();
  });

  it("is refused where the log never explored, with bounds instead", async () => {
    const { code, answer } = await asked("--store", at("greedy.db"), "--weights", DEAR);
    expect(code).toBe(3);
    expect(answer.value).toMatchObject({ kind: "no_overlap", reason: "uncovered", bounds: { low: 0, high: 1, unseen: 1 } });
    expect(answer.value).not.toHaveProperty("doublyRobust");
    const { out } = await caio("whatif", "--store", at("greedy.db"), "--weights", DEAR);
    expect(out).toContain("NoOverlap");
    expect(out).toContain("exploration: { epsilon:");
  });

  it("is what happened where nothing would have been another", async () => {
    const { code, answer } = await asked("--store", at("greedy.db"), "--weights", "cost=0.6");
    expect(code).toBe(0);
    expect(answer).toMatchObject({ changed: 0, value: { kind: "estimated", difference: { value: 0, low: 0, high: 0 } } });
  });

  it("takes a policy file that differs in weights and exploration; its other members must be those that decided", async () => {
    const { code, answer } = await asked(at("policy.yaml"), "--store", at("explored.db"));
    expect({ code, changed: answer.changed, kind: answer.value.kind }).toEqual({ code: 0, changed: 0, kind: "estimated" });
    await writeFile(at("other.yaml"), marketPolicy("limits: { budget: 1 }\n"));
    const refused = await caio("whatif", at("other.yaml"), "--store", at("explored.db"));
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/InvalidPolicy.* in limits/);
    expect((await caio("whatif", at("none.yaml"), "--store", at("explored.db"))).code).toBe(2);
  });

  it("leaves out decisions whose scores or chances do not follow from the policy that they name", async () => {
    const context = { terminal: { write: () => undefined, writeError: () => undefined, colours: false, interactive: false, signal: new AbortController().signal }, door: { now: () => FIRST, freshKey: () => "" } };
    const { past, policies } = await openPast({ store: at("explored.db") }, {}, context);
    const other = { policy: undefined, weights: { cost: -1 } };
    const under = (change: (policy: PolicySet) => PolicySet): number => rescoreAll(past.decisions, other, new Map([...policies].map(([digest, policy]) => [digest, change(policy)])), new Arms()).notReproduced;
    expect(under((policy) => policy)).toBe(0);
    expect(under((policy) => ({ ...policy, weights: { ...policy.weights, cost: policy.weights.cost + 1 } }))).toBe(DECISIONS);
    expect(under((policy) => ({ ...policy, exploration: { ...policy.exploration, epsilonPpm: 300_001 } }))).toBe(DECISIONS);
    expect(rescoreAll(past.decisions, other, new Map(), new Arms()).notReproduced).toBe(DECISIONS);
  });

  it("asks about a span of time", async () => {
    const until = new Date(FIRST + 100 * 60_000).toISOString();
    const { answer } = await asked("--store", at("explored.db"), "--weights", DEAR, "--until", until);
    expect(answer.decisions).toBe(100);
    const none = await caio("whatif", "--store", at("explored.db"), "--weights", DEAR, "--until", new Date(FIRST).toISOString());
    expect(none.code).toBe(2);
    expect(none.err).toMatch(/NotFound.*--since/);
  });

  it("asks a gateway that runs for a copy, and leaves nothing of it", async () => {
    await writeFile(at("caio.yaml"), "caio_gateway: 1\nlog: { level: silent }\ncontracts: contracts\npolicy: policy.yaml\n");
    // Of this process: others may make copies here at the same time.
    const copies = async (): Promise<readonly string[]> => (await readdir(tmpdir())).filter((name) => name.startsWith(`caio-copy-${String(process.pid)}-`));
    const before = await copies();
    await serving(folder, async ({ address, admin_key }) => {
      const key = admin_key ?? "";
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      for (let round = 0; round < 3; round++) expect((await fetch(`${address}/api/v1/route`, { method: "POST", headers, body: await readFile(at("request.json"), "utf8") })).status).toBe(200);
      const environment = { CAIO_URL: address, CAIO_KEY: key };
      const unexecuted = await caioIn(environment, "whatif", "--weights", DEAR);
      // Decided and not executed: there is nothing to judge by, and that is said.
      expect(unexecuted).toMatchObject({ code: 2, err: expect.stringMatching(/None of the 3 decisions has a reward "outcome"/) as string });
      const locked = await caioIn(environment, "whatif", "--store", at("caio-data/caio.db"), "--weights", DEAR);
      expect(locked).toMatchObject({ code: 2, err: expect.stringContaining("--url URL") as string });
    });
    expect(await copies()).toEqual(before);
  });

  it.each([
    [["--weights", DEAR], "--store FILE"],
    [["--store", "none.db", "--weights", DEAR], "there is no such file"],
    [["--store", "none.db"], "--weights cost=0.4"],
    [["--store", "none.db", "--weights", "price=1"], "NAME=NUMBER"],
    [["--store", "none.db", "--weights", "cost=501"], "from −500 to 500"],
    [["--store", "none.db", "--weights", DEAR, "--since", "tomorrow"], "--since"],
  ])("cannot use %j", async (argv, words) => {
    const { code, err } = await caio("whatif", ...argv);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  it("knows no reward that nobody gave", async () => {
    const { code, err } = await caio("whatif", "--store", at("explored.db"), "--weights", DEAR, "--reward", "style");
    expect(code).toBe(2);
    expect(err).toMatch(/InvalidOutcomes.*style.*quality \(24\).*--reward NAME/);
  });

  it("judges by what was said of quality where that is asked for, and counts what nobody spoke of", async () => {
    const { code, answer } = await asked("--store", at("explored.db"), "--weights", "cost=0.6", "--reward", "quality");
    expect(code).toBe(0);
    // A word on every tenth, a fifth of them taken back.
    expect(answer).toMatchObject({ reward: "quality", aspects: { quality: 24 }, leftOut: { withoutReward: DECISIONS - 24 }, value: { overlap: { rows: 24 } } });
    expect(answer.value.logged.value).toBeGreaterThan(0.3);
    expect(answer.value.logged.value).toBeLessThan(0.9);
    const { out } = await caio("whatif", "--store", at("explored.db"), "--weights", "cost=0.6");
    expect(out).toContain("--reward quality (24 decisions)");
  });
});

describe("tuning on a log", () => {
  const TRADE = ["--trade", "0.1", "--tries", "60"];

  it("finds weights that are better on decisions that it was not tuned on, the same ones again, and writes them down", async () => {
    const options = ["tune", "--store", at("explored.db"), ...TRADE, "--out", at("tuned.yaml"), "--svg", at("front.svg"), "--json"];
    const { code, out } = await caio(...options);
    expect(code).toBe(0);
    const report = json(out) as Tuned;
    expect(report.decisions.tuned + report.decisions.held).toBe(DECISIONS);
    expect(report.verdict).toBe("better");
    expect(report.start.gainMicros).toMatchObject({ value: 0 });
    expect(report.chosen.gainMicros.low).toBeGreaterThan(0);
    expect(report.chosen.held.quality.value).toBeGreaterThan(report.start.held.quality.value);
    const costs = report.front.map(({ tuned }) => tuned.costMicros);
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
    expect(report.front.map(({ tuned }) => tuned.quality)).toEqual(report.front.map(({ tuned }) => tuned.quality).sort((a, b) => a - b));
    expect(await caio(...options)).toEqual({ code, out, err: "" });
    const [fragment, picture] = [await readFile(at("tuned.yaml"), "utf8"), await readFile(at("front.svg"), "utf8")];
    await writeFile(at("next.yaml"), marketPolicy().replace(/weights: .*\n/, fragment));
    expect((await caio("validate", at("next.yaml"))).code).toBe(0);
    expect((await asked(at("next.yaml"), "--store", at("explored.db"))).answer.changed).toBeGreaterThan(0);
    expect(picture).toMatch(/^<svg [^]*<\/svg>\n$/);
  });

  it("changes only what it may", async () => {
    const { out } = await caio("tune", at("policy.yaml"), "--store", at("explored.db"), ...TRADE, "--vary", "cost", "--json");
    const { start, chosen } = json(out) as Tuned;
    expect({ ...chosen.weights, cost: 0 }).toEqual({ ...start.weights, cost: 0 });
  });

  it("is refused where the log never explored", async () => {
    const { code, err } = await caio("tune", "--store", at("greedy.db"), ...TRADE);
    expect(code).toBe(3);
    expect(err).toMatch(/NoOverlap.*exploration.*--outcomes/);
  });

  it.each([
    [["--store", "none.db", "--trade", "0"], "--trade"],
    [["--store", "none.db", "--trade", "dear"], "--trade"],
    [["--store", "none.db", "--trade", "1", "--vary", "price"], "--vary"],
    [["--store", "none.db", "--trade", "1", "--tries", "1000000"], "--tries"],
    [["--store", "none.db", "--trade", "1"], "there is no such file"],
    [["--trade", "1", "--outcomes", "o.csv"], "--models FILE"],
  ])("cannot use %j", async (argv, words) => {
    const { code, err } = await caio("tune", ...argv);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });
});

describe("tuning on labelled outcomes", () => {
  const HERE = ["--trade", "0.1", "--tries", "60"];
  const files = (): readonly string[] => [at("policy.yaml"), "--outcomes", at("outcomes.csv"), "--models", at("models.json"), "--contracts", at("contracts"), "--request", at("request.json")];

  beforeAll(async () => {
    const prompts = Array.from({ length: 200 }, (_prompt, number) => `"${promptOf(number)}",${sellers.map((seller) => successRate(seller, number).toFixed(2)).join(",")}`);
    await writeFile(at("outcomes.csv"), [`prompt,${sellers.map((seller) => `${seller}-1`).join(",")}`, ...prompts].join("\n"));
    await writeFile(at("models.json"), JSON.stringify(Object.fromEntries(sellers.map((seller) => [`${seller}-1`, { input_price: 0.1, output_price: 0.1 }]))));
  });

  it("decides every prompt by the decision function, and judges on groups of prompts that it was not tuned on", async () => {
    const { code, out } = await caio("tune", ...files(), ...HERE, "--json");
    expect(code).toBe(0);
    const report = json(out) as Tuned;
    expect(report.decisions.tuned).toBeGreaterThan(20);
    expect(report.decisions.held).toBeGreaterThan(20);
    expect(report.decisions.tuned + report.decisions.held).toBe(200);
    expect(report).toMatchObject({ verdict: "better", start: { gainMicros: { value: 0, low: 0, high: 0 }, held: { costMicros: 1000 } } });
    expect(report.chosen.held.quality.value).toBeGreaterThan(report.start.held.quality.value + 0.1);
    const { out: words } = await caio("tune", ...files(), ...HERE);
    expect(words).toContain("Better on decisions that it was not tuned on");
  });

  it("calls nothing better on a handful of prompts, however alike they are", async () => {
    const rows = Array.from({ length: 12 }, (_prompt, number) => `"${promptOf(number)}",${sellers.map((_seller, place) => (place === 2 ? "1" : "0")).join(",")}`);
    await writeFile(at("few.csv"), [`prompt,${sellers.map((seller) => `${seller}-1`).join(",")}`, ...rows].join("\n"));
    const report = json((await caio("tune", ...files(), ...HERE, "--json", "--outcomes", at("few.csv"))).out) as Tuned;
    expect(report.decisions.held).toBeLessThan(10);
    expect(report.chosen.held.quality.value).toBe(1);
    expect(report.verdict).toBe("unsure");
  });

  it("says what the table lacks", async () => {
    await writeFile(at("foreign.csv"), "prompt,other\nhello,1\n");
    await writeFile(at("foreign.json"), JSON.stringify({ other: { input_price: 1, output_price: 1 } }));
    const { code, err } = await caio("tune", ...files(), ...HERE, "--outcomes", at("foreign.csv"), "--models", at("foreign.json"));
    expect(code).toBe(2);
    expect(err).toMatch(/InvalidOutcomes.*service\/model/);
  });
});

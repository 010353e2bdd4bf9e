import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { exploredStore, FIRST, successRates } from "./support/explored-store.ts";
import { caio, example, json } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface Answer {
  readonly decisions: number;
  readonly changed: number;
  readonly leftOut: Readonly<Record<string, number>>;
  readonly value: { readonly kind: string; readonly reason?: string; readonly doublyRobust: Estimate; readonly difference: Estimate; readonly logged: Estimate; readonly bounds: { readonly low: number; readonly high: number; readonly unseen: number } };
  readonly promisedCost: { readonly logged: number; readonly target: number } | null;
  readonly pairs: readonly { readonly service: string; readonly logged: number; readonly target: number; readonly unseen: number }[];
}

/** At these weights the dearest service comes first: the answer is one that the log can be asked for. */
const DEAR = "cost=-1";
const EPSILON = 0.3;
let [folderOfStores, explored, greedy] = ["", "", ""];

beforeAll(async () => {
  folderOfStores = await mkdtemp(join(tmpdir(), "caio-whatif-test-"));
  [explored, greedy] = [join(folderOfStores, "explored.db"), join(folderOfStores, "greedy.db")];
  await exploredStore(explored, { decisions: 500, exploration: { epsilonPpm: EPSILON * 1_000_000, maxLossMicros: 1_000_000 } });
  await exploredStore(greedy, { decisions: 60, exploration: { epsilonPpm: 0, maxLossMicros: 0 } });
});

afterAll(() => rm(folderOfStores, { recursive: true, force: true }));

async function asked(...argv: readonly string[]): Promise<{ readonly code: number; readonly answer: Answer }> {
  const { code, out } = await caio("whatif", ...argv, "--json");
  return { code, answer: json(out) as Answer };
}

describe("what other weights would have done", () => {
  it("is estimated where the log explored, with an interval that holds the truth", async () => {
    const { code, answer } = await asked("--store", explored, "--weights", DEAR);
    expect(code).toBe(0);
    expect(answer).toMatchObject({ decisions: 500, changed: 500, value: { kind: "estimated", overlap: { uncovered: 0, changedRows: 500 } } });
    const rate = (service: string): number => successRates[service] ?? 0;
    const truth = (1 - EPSILON) * rate("lid-eld") + (EPSILON / 3) * (rate("lid-eld") + rate("lid-fasttext") + rate("lid-tinyld"));
    const { doublyRobust, difference, logged } = answer.value;
    expect(doublyRobust.low).toBeLessThan(truth);
    expect(doublyRobust.high).toBeGreaterThan(truth);
    expect(doublyRobust.high - doublyRobust.low).toBeLessThan(0.25);
    expect(difference.low).toBeGreaterThan(0);
    expect(Math.abs(doublyRobust.value - logged.value - difference.value)).toBeLessThan(0.05);
    expect(answer.pairs[0]).toMatchObject({ service: "lid-eld", target: expect.closeTo(1 - EPSILON + EPSILON / 3, 6) as number, unseen: 0 });
  });

  it("tells promised costs exactly: the contracts of the example say them", async () => {
    const { answer } = await asked("--store", greedy, "--weights", DEAR);
    expect(answer.promisedCost).toEqual({ decisions: 60, logged: 200, target: 2000 });
  });

  it("is refused where the log never explored, with bounds instead", async () => {
    const { code, answer } = await asked("--store", greedy, "--weights", DEAR);
    expect(code).toBe(3);
    expect(answer.value).toMatchObject({ kind: "no_overlap", reason: "uncovered", bounds: { low: 0, high: 1, unseen: 1 } });
    expect(answer.value).not.toHaveProperty("doublyRobust");
    const { out } = await caio("whatif", "--store", greedy, "--weights", DEAR);
    expect(out).toContain("NoOverlap");
    expect(out).toContain("exploration: { epsilon:");
  });

  it("is what happened where nothing would have been another", async () => {
    const { code, answer } = await asked("--store", greedy, "--weights", "cost=0.41");
    expect(code).toBe(0);
    expect(answer).toMatchObject({ changed: 0, value: { kind: "estimated", difference: { value: 0, low: 0, high: 0 } } });
  });

  it("takes a policy file that differs in weights and exploration; its other members must be those that decided", async () => {
    const folder = await temporaryFolder({});
    const { code, answer } = await asked(example("policy.yaml"), "--store", explored);
    expect({ code, changed: answer.changed, kind: answer.value.kind }).toEqual({ code: 0, changed: 0, kind: "estimated" });
    const other = join(await temporaryFolder({ "other.yaml": "caio_policy: 1\nid: other\nlimits: { budget: 1 }\n" }), "other.yaml");
    const refused = await caio("whatif", other, "--store", explored);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/InvalidPolicy.*limits.*rules/);
    expect((await caio("whatif", join(folder, "none.yaml"), "--store", explored)).code).toBe(2);
  });

  it("asks about a span of time", async () => {
    const until = new Date(FIRST + 100 * 60_000).toISOString();
    const { answer } = await asked("--store", explored, "--weights", DEAR, "--until", until);
    expect(answer.decisions).toBe(100);
    const none = await caio("whatif", "--store", explored, "--weights", DEAR, "--until", new Date(FIRST).toISOString());
    expect(none.code).toBe(2);
    expect(none.err).toMatch(/NotFound.*--since/);
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
    const { code, err } = await caio("whatif", "--store", explored, "--weights", DEAR, "--reward", "quality");
    expect(code).toBe(2);
    expect(err).toMatch(/InvalidOutcomes.*quality.*--reward NAME/);
  });
});

import { readFileSync } from "node:fs";

import { verifyBundle } from "@caio/verifier";
import { beforeAll, describe, expect, it } from "vitest";

import { pictureOf, type DecisionPicture } from "../src/decision/picture.ts";
import { admittedOf, isPair, nameOf } from "../src/decision/receipt-shape.ts";
import { readReceipt, type Receipt } from "../src/decision/receipt.ts";
import type { Trace } from "../src/decision/trace-shape.ts";

const golden = new URL("../../../docs/vectors/golden/", import.meta.url);
const publicKey = readFileSync(new URL("test-key.pub", golden), "utf8").trim();
const bundleText = (at: number): string => readFileSync(new URL(`bundles/${String(at).padStart(3, "0")}.caio.json`, golden), "utf8");

/** A few of every kind: refusals of each code, exploration, ties and plain choices. */
const PICKED = [0, 13, 27, 40, 52, 66, 78, 90, 101, 107, 112, 118, 125, 139, 151, 163, 170, 182, 190, 199];

async function receiptOf(at: number): Promise<Receipt> {
  const text = bundleText(at);
  const read = readReceipt(text, await verifyBundle(text, { publicKey }));
  if (read.kind !== "decision") throw new Error(`bundle ${String(at)}: ${read.kind}`);
  return read.receipt;
}

describe("a decision as a picture", () => {
  let all: readonly { readonly receipt: Receipt; readonly picture: DecisionPicture }[];
  beforeAll(async () => {
    const receipts = await Promise.all(PICKED.map(receiptOf));
    all = receipts.map((receipt) => ({ receipt, picture: pictureOf(receipt) }));
  });

  it("has choices, refusals, and several pairs to choose among, in what is looked at here", () => {
    expect(all.filter(({ picture }) => picture.outcome === "chosen").length).toBeGreaterThan(4);
    expect(all.filter(({ picture }) => picture.outcome === "refused").length).toBeGreaterThan(4);
    expect(all.filter(({ picture }) => picture.scores.bars.length > 1).length).toBeGreaterThan(3);
  });

  it("loses no pair on the way: what comes out of a stage is what went in without what fell", () => {
    for (const { receipt: { certificate }, picture: { funnel, rejections } } of all) {
      const [view, candidates, ...steps] = funnel;
      expect(view?.left).toBe(certificate.inputs.registry.size);
      expect(candidates?.left).toBe(certificate.verdicts.length);
      let left = certificate.verdicts.length;
      for (const stage of steps) {
        expect(stage.left).toBe(left - stage.fell);
        if (stage.id !== "chosen") expect(stage.clauses.reduce((sum, { fell }) => sum + fell, 0)).toBe(stage.fell);
        left = stage.left;
      }
      expect(left).toBe(certificate.outcome.kind === "chosen" ? 1 : 0);
      expect(rejections.length + admittedOf(certificate).length).toBe(certificate.verdicts.length);
    }
  });

  it("stacks exactly what the score is", () => {
    for (const { receipt: { certificate }, picture: { scores } } of all) {
      expect(scores.bars.length).toBe(admittedOf(certificate).length);
      for (const { parts, score, above, below } of scores.bars) {
        expect(parts.reduce((sum, { pico }) => sum + BigInt(pico), 0n)).toBe(BigInt(score));
        expect(above + below).toBe(score);
        expect(above).toBeLessThanOrEqual(scores.most);
        expect(below).toBeGreaterThanOrEqual(scores.least);
      }
    }
  });

  it("marks the chosen pair and the runner-up, and nobody else", () => {
    for (const { receipt: { certificate: { outcome } }, picture: { scores } } of all) {
      const marked = scores.bars.filter(({ standing }) => standing !== "admitted").map(({ name }) => name).sort();
      const expected = outcome.kind === "refused" ? [] : [nameOf(outcome.selected), ...(outcome.runnerUp === null ? [] : [nameOf(outcome.runnerUp)])].sort();
      expect(marked).toEqual(expected);
    }
  });

  it("says of each rejected pair its clause in words, and what was found where that can be told", () => {
    const all16 = new Set<string>();
    for (const { picture: { rejections } } of all) {
      for (const { clause, words, finding } of rejections) {
        all16.add(clause.startsWith("rule:") ? "rule" : clause);
        expect(words).not.toBe(clause);
        expect(words.length).toBeGreaterThan(8);
        if (finding !== undefined) expect([finding.found, finding.asked].every((text) => text !== "" && !text.includes("undefined"))).toBe(true);
      }
    }
    expect(all16.size).toBeGreaterThan(8);
  });

  it("shows slack that is never less than none for the chosen pair", () => {
    for (const { picture: { limits, outcome } } of all) {
      expect(limits.length).toBe(outcome === "chosen" ? 7 : 0);
      for (const { slack, usedPpm } of limits) {
        expect(slack.startsWith("-")).toBe(false);
        if (usedPpm !== null) expect(usedPpm).toBeLessThanOrEqual(1_000_000);
      }
    }
  });

  it("has a counterfactual for every decision", () => {
    for (const { picture: { counterfactuals } } of all) {
      expect(counterfactuals.length).toBeGreaterThan(0);
      expect(counterfactuals.every(({ words }) => /^[A-Z0-9a-z].*\.$/s.test(words))).toBe(true);
    }
  });

  it("says which paths are withheld, and does not show them", () => {
    const [first] = all;
    if (first === undefined) throw new Error("no receipt");
    const { "requirements.capabilities": gone, ...disclosed } = first.receipt.disclosed;
    expect(gone).toBeDefined();
    const picture = pictureOf({ ...first.receipt, disclosed });
    expect(picture.withheld).toContain("requirements.capabilities");
    expect(picture.request.find(({ path }) => path === "requirements.capabilities")).toEqual({ path: "requirements.capabilities", state: "withheld", value: null });
  });

  it("says no latency of a refusal whose coverage is withheld", async () => {
    const receipt = await receiptOf(28);
    const { "limits.latency_coverage_ppm": gone, ...disclosed } = receipt.disclosed;
    expect(gone).toBeDefined();
    const { rejections, counterfactuals } = pictureOf({ ...receipt, disclosed });
    const slow = rejections.filter(({ clause }) => clause === "latency");
    expect(slow.length).toBeGreaterThan(0);
    for (const { finding } of slow) expect(finding).toEqual({ found: "withheld in this receipt", asked: "withheld in this receipt" });
    expect(counterfactuals.filter(({ words }) => words.includes("latency limit"))).toEqual([]);
  });

  it("asks for no budget below nothing where the chosen pair is free", async () => {
    const { counterfactuals, limits } = pictureOf(await receiptOf(1));
    expect(limits.find(({ id }) => id === "budget")?.state).toBe("held");
    expect(counterfactuals.filter(({ words }) => words.includes("budget below"))).toEqual([]);
  });

  it("holds the promise against what was measured: kept, broken, and not known", () => {
    const chosen = all.find(({ receipt: { certificate: { outcome } } }) => outcome.kind === "chosen" && outcome.promise.perCall.costCapMicros !== null && outcome.promise.perCall.costCapMicros > 0);
    if (chosen?.receipt.certificate.outcome.kind !== "chosen") throw new Error("no choice with a cost cap");
    const { selected, promise } = chosen.receipt.certificate.outcome;
    const cap = promise.perCall.costCapMicros ?? 0;
    const trace = (costMicros: number | null): Trace => ({
      decisionId: "", now: 0, tenant: "", outcome: "chosen", logIndex: 3, parent: null, feedback: [],
      outcomes: [{ attempt: 1, service: selected.service, model: selected.model, status: "success", latencyUs: 5000, costMicros, reason: null, endedAt: 1 }],
    });
    const costOf = (picture: DecisionPicture): string | undefined => picture.promises.find(({ title }) => title === "Cost")?.verdict;
    expect(costOf(pictureOf(chosen.receipt, trace(cap)))).toBe("kept");
    expect(costOf(pictureOf(chosen.receipt, trace(cap + 1)))).toBe("broken");
    expect(costOf(pictureOf(chosen.receipt, trace(null)))).toBe("not measured");
    expect(costOf(chosen.picture)).toBe("not measured");
  });

  it("reads nothing of a bundle that is none, or that is not in its exact form", async () => {
    const text = bundleText(0);
    const changed = JSON.stringify({ ...(JSON.parse(text) as object), payload: Buffer.from('{"predicate":{}}').toString("base64") });
    for (const bundle of ["{}", "[", changed]) {
      expect(readReceipt(bundle, await verifyBundle(bundle, { publicKey })).kind).toBe("unreadable");
    }
  });

  it("keeps the chosen pair first in the order of the scores unless chance chose", () => {
    for (const { receipt: { certificate: { outcome } }, picture: { scores } } of all) {
      if (outcome.kind === "refused" || outcome.selected.drawn) continue;
      const [first] = scores.bars;
      expect(first !== undefined && isPair(first, outcome.selected)).toBe(true);
    }
  });
});

import { describe, expect, it } from "vitest";

import { afterAudit, afterPrompt, chooseTradeOff, newQualityWatch, type QualityWatch } from "../src/index.ts";
import { differencesOf, uniform } from "./support/draws.ts";

const SEED = 20_261_130;
const STREAMS = 1000;
const AUDITS = 3000;
const terms = { marginMicros: 10_000, riskMicros: 50_000, falseAlarmMicros: 50_000, unlikePpm: 100_000 };

/** 1000 runs at 5 %: 68 or more come with a chance below 1 %. */
const MOST = 68;

function watched(seed: number, mean: number, tested: boolean, kinds: readonly QualityWatch["decision"]["kind"][]): number {
  const draw = differencesOf(uniform(seed), mean, 0.2);
  let watch = newQualityWatch(terms, tested);
  for (let audit = 1; audit <= AUDITS; audit++) {
    watch = afterAudit(watch, draw());
    if (kinds.includes(watch.decision.kind)) return audit;
  }
  return Infinity;
}

function shareOf(mean: number, tested: boolean, kind: QualityWatch["decision"]["kind"]): number {
  let count = 0;
  for (let stream = 0; stream < STREAMS; stream++) if (watched(SEED + stream, mean, tested, [kind]) < Infinity) count += 1;
  return count;
}

describe(`error rates of the watch (seed ${String(SEED)}, ${String(STREAMS)} streams of ${String(AUDITS)} audits, looked at after each)`, () => {
  it("gives up a kept promise, at the very margin, no more often than stated", () => {
    expect(shareOf(-0.01, true, "abstain")).toBeLessThan(MOST);
  });

  it("releases savings that break the promise, at the very margin, no more often than stated", () => {
    expect(shareOf(-0.01, false, "kept")).toBeLessThan(MOST);
  });

  it("gives up what loses ten points, and releases what gains five, nearly always", () => {
    expect(shareOf(-0.1, true, "abstain")).toBeGreaterThan(0.99 * STREAMS);
    expect(shareOf(0.05, false, "kept")).toBeGreaterThan(0.95 * STREAMS);
  });

  it("takes usual prompts for a shift no more often than stated, and others at once", () => {
    const alarm = (seed: number, share: number): boolean => {
      const next = uniform(seed);
      let watch = newQualityWatch(terms, true);
      for (let prompt = 0; prompt < AUDITS && watch.decision.kind === "kept"; prompt++) watch = afterPrompt(watch, next() < share);
      return watch.decision.kind === "abstain";
    };
    const alarms = (share: number): number => Array.from({ length: STREAMS }, (_, stream) => alarm(SEED + stream, share)).filter(Boolean).length;
    expect(alarms(0.1)).toBeLessThan(MOST);
    expect(alarms(0.3)).toBe(STREAMS);
  });
});

describe("learn then test on synthetic outcomes", () => {
  it("chooses a trade-off that breaks the promise no more often than stated, whatever the sequence", () => {
    // Of ten trade-offs, each saving more and keeping less, the true quality passes the margin after the fifth.
    const means = [0.04, 0.03, 0.02, 0.01, 0, -0.0101, -0.02, -0.03, -0.04, -0.05];
    let wrong = 0;
    let useful = 0;
    for (let run = 0; run < STREAMS; run++) {
      const candidates = means.map((mean, at) => {
        const draw = differencesOf(uniform(SEED + run * means.length + at), mean, 0.15);
        return { tradeOff: mean, differences: [Array.from({ length: 1500 }, draw)] };
      });
      const { chosen } = chooseTradeOff(candidates, terms);
      if (chosen !== null && chosen < -0.01) wrong += 1;
      if (chosen !== null) useful += 1;
    }
    expect(wrong).toBeLessThan(MOST);
    expect(useful).toBeGreaterThan(0.5 * STREAMS);
  });
});

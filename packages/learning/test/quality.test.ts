import { describe, expect, it } from "vitest";

import { afterAudit, afterPrompt, capitalOfWatch, chooseTradeOff, isUnlike, likenessPpm, newQualityWatch, shiftReference, unlikeness, type QualityWatch } from "../src/index.ts";
import { differencesOf, uniform, vectorAbout } from "./support/draws.ts";

const SEED = 20_261_130;
const terms = { marginMicros: 10_000, riskMicros: 50_000 };
const watchTerms = { ...terms, falseAlarmMicros: 50_000, unlikePpm: 100_000 };

function sample(seed: number, mean: number, count: number, discordant = 0.2): number[] {
  const draw = differencesOf(uniform(SEED + seed), mean, discordant);
  return Array.from({ length: count }, draw);
}

function audited(watch: QualityWatch, differences: readonly number[]): QualityWatch {
  return differences.reduce(afterAudit, watch);
}

describe("a trade-off is learned, then tested", () => {
  it("takes the last of the sequence that passes and tests none after the first that fails", () => {
    const { chosen, tests } = chooseTradeOff(
      [
        { tradeOff: "careful", differences: [sample(1, 0.03, 1500)] },
        { tradeOff: "middle", differences: [sample(2, 0.03, 1500)] },
        { tradeOff: "bold", differences: [sample(3, -0.05, 1500)] },
        { tradeOff: "lucky", differences: [sample(4, 0.05, 1500)] },
      ],
      terms,
    );
    expect(chosen).toBe("middle");
    expect(tests.map(({ tradeOff, passed }) => [tradeOff, passed])).toEqual([["careful", true], ["middle", true], ["bold", false]]);
  });

  it("abstains where there is too little evidence, or none", () => {
    expect(chooseTradeOff([{ tradeOff: 1, differences: [sample(5, 0.05, 20)] }], terms).chosen).toBeNull();
    expect(chooseTradeOff([{ tradeOff: 1, differences: [] }], terms)).toEqual({ chosen: null, tests: [{ tradeOff: 1, worstMicros: -1_000_000, capital: 0, passed: false }] });
    expect(chooseTradeOff([{ tradeOff: 1, differences: [[]] }], terms).chosen).toBeNull();
    expect(chooseTradeOff([], terms)).toEqual({ chosen: null, tests: [] });
  });

  it("holds every group to the promise, also where their mean would keep it", () => {
    const [good, bad] = [sample(6, 0.12, 1500), sample(7, -0.04, 1500)];
    expect(chooseTradeOff([{ tradeOff: 1, differences: [[...good, ...bad]] }], terms).chosen).toBe(1);
    expect(chooseTradeOff([{ tradeOff: 1, differences: [good, bad] }], terms).chosen).toBeNull();
  });

  it("is wrong no more often than it says, at the very margin", () => {
    const runs = 300;
    let wrong = 0;
    for (let run = 0; run < runs; run++) {
      const sequence = [-0.01, -0.01, -0.01].map((mean, at) => ({ tradeOff: at, differences: [sample(100 + 3 * run + at, mean, 400)] }));
      if (chooseTradeOff(sequence, terms).chosen !== null) wrong += 1;
    }
    // 300 runs at 5 %: 28 or more come with a chance below 1 %.
    expect(wrong).toBeLessThan(28);
  });

  it("refuses what is no difference and no terms", () => {
    expect(() => chooseTradeOff([{ tradeOff: 1, differences: [[1_000_001]] }], terms)).toThrow(/differenceMicros/);
    expect(() => chooseTradeOff([], { marginMicros: -1, riskMicros: 1 })).toThrow(/marginMicros/);
    expect(() => chooseTradeOff([], { marginMicros: 1, riskMicros: 0 })).toThrow(/riskMicros/);
  });
});

describe("a promise of quality is watched", () => {
  it("serves the reference until audits release savings", () => {
    const fresh = newQualityWatch(watchTerms, false);
    expect(fresh.decision).toEqual({ kind: "abstain", reason: "no_evidence" });
    const released = audited(fresh, sample(10, 0.05, 2000));
    expect(released.decision).toEqual({ kind: "kept", evidence: "audits" });
    expect(released.audits).toBe(2000);
  });

  it("gives savings up when quality is lost, and takes them again on new evidence at a higher price", () => {
    const lost = audited(newQualityWatch(watchTerms, true), sample(11, -0.1, 1500, 0.3));
    expect(lost.decision).toEqual({ kind: "abstain", reason: "quality_lost" });
    expect(lost.life).toBe(2);
    expect(capitalOfWatch(lost).threshold).toBe(120);
    expect(audited(lost, sample(12, 0.1, 1500)).decision.kind).toBe("kept");
  });

  it("gives up what was learned before when the prompts are others, and not what audits of these very prompts say", () => {
    const unlike = (watch: QualityWatch): QualityWatch => Array.from({ length: 60 }).reduce<QualityWatch>((state) => afterPrompt(state, true), watch);
    expect(unlike(newQualityWatch(watchTerms, true)).decision).toEqual({ kind: "abstain", reason: "shift" });
    const released = audited(newQualityWatch(watchTerms, false), sample(10, 0.05, 2000));
    expect(unlike(released).decision.kind).toBe("kept");
    expect(unlike(released).unlike).toBe(60);
  });

  it("stays as it is under usual prompts and kept quality", () => {
    const next = uniform(SEED + 13);
    let watch = newQualityWatch(watchTerms, true);
    for (const difference of sample(14, 0, 2000)) watch = afterPrompt(afterAudit(watch, difference), next() < 0.1);
    expect(watch.decision).toEqual({ kind: "kept", evidence: "learned_then_tested" });
  });

  it("is plain JSON: another process goes on with it", () => {
    const half = audited(newQualityWatch(watchTerms, false), sample(10, 0.03, 200));
    const copy = JSON.parse(JSON.stringify(half)) as QualityWatch;
    expect(audited(copy, sample(15, 0.03, 500))).toEqual(audited(half, sample(15, 0.03, 500)));
  });

  it("counts nothing that is no difference", () => {
    expect(() => afterAudit(newQualityWatch(watchTerms, true), Number.NaN)).toThrow(/differenceMicros/);
    expect(() => newQualityWatch({ ...watchTerms, unlikePpm: 0 }, true)).toThrow(/unlikePpm/);
  });
});

describe("prompts unlike those learned from", () => {
  const next = uniform(SEED + 20);
  const kind = (direction: number, count: number): number[][] => Array.from({ length: count }, () => vectorAbout(next, direction));
  const reference = shiftReference(kind(0, 300), kind(0, 999));

  it("are called so about as often as stated among usual ones, and nearly always among others", () => {
    const share = (prompts: number[][]): number => prompts.filter((prompt) => isUnlike(reference, prompt, 50_000)).length / prompts.length;
    expect(share(kind(0, 500))).toBeLessThan(0.1);
    expect(share(kind(1, 100))).toBeGreaterThan(0.95);
  });

  it("have a p-value that counts the prompt itself, and a distance that is 0 for a copy", () => {
    expect(likenessPpm(reference, vectorAbout(next, 5))).toBe(1000);
    const [one = []] = kind(0, 1);
    expect(unlikeness(shiftReference([one], [one]), one)).toBeCloseTo(0, 12);
    expect(isUnlike(reference, new Array<number>(16).fill(0), 1000)).toBe(true);
  });

  it("need prompts of both kinds and one length", () => {
    expect(() => shiftReference([], [[1]])).toThrow(/expected some of both/);
    expect(() => shiftReference([[1, 0]], [[1]])).toThrow(/one length/);
    expect(() => likenessPpm(shiftReference([[1, 0]], [[0, 1]]), [1])).toThrow(/Found a vector of 1 numbers, expected 2/);
  });
});

import { HashingEncoder, onlineSettings, prepareFields } from "@caio/control";
import { describe, expect, it } from "vitest";

import { playStream, type Play, type Stream } from "../learning/online/play-stream.ts";
import { aheadFrom, summarise, worstWindow } from "../learning/online/summary.ts";

const encoder = new HashingEncoder();
const SUMS = ["add the numbers", "what is the sum of", "subtract the numbers", "multiply the numbers"];
const POEMS = ["write a poem about", "sing a song of", "tell a story of", "rhyme a verse on"];

/** One model is good at sums, one at poems; the third at nothing. */
function stream(): Stream {
  const texts = Array.from({ length: 240 }, (_, at) => `${(at % 2 === 0 ? SUMS : POEMS)[(at >> 1) % 4] ?? ""} ${String(at % 12)}`);
  return {
    models: ["poet", "reckoner", "idle"],
    scores: texts.map((_text, at) => (at % 2 === 0 ? [0, 1, 0] : [1, 0, 0])),
    prompts: texts.map((text) => {
      const each = { intent: encoder.encode(text), features: encoder.features(text) };
      return { ...each, prepared: prepareFields({ ...each, context: [] }) };
    }),
  };
}

const play: Play = { claims: [600_000, 500_000, 100_000], settings: onlineSettings({ likenessMicros: 350_000, priorWeight: 20 }), widthMicros: 0, epsilonPpm: 50_000, maxLossMicros: 1_000_000, seed: 1 };

describe("a stream played from claims alone", () => {
  it("ends better than any single model, and one seed gives one stream", () => {
    const played = playStream(stream(), play);
    const { score, hindsightBest, lateGain, worst } = summarise(played, 0);
    expect(hindsightBest).toBe(0.5);
    expect(score).toBeGreaterThan(0.7);
    expect(lateGain).toBeGreaterThan(0.3);
    expect(worst).toBeGreaterThan(0);
    expect(playStream(stream(), play).chosen).toEqual(played.chosen);
  });

  it("never leaves what is near the best, and its propensities are those of the draw", () => {
    const played = playStream(stream(), { ...play, maxLossMicros: 50_000 });
    expect(Math.max(...played.shortfall)).toBeLessThanOrEqual(50_000);
    expect(Math.min(...played.propensity)).toBeGreaterThan(0);
    expect(playStream(stream(), { ...play, epsilonPpm: 0 }).shortfall.every((each) => each === 0)).toBe(true);
  });
});

describe("figures", () => {
  it("the worst window and the place from which on a sum stays ahead", () => {
    expect(worstWindow([1, -1, -1, 1, 1], 2)).toBe(-1);
    expect(worstWindow([1, -1], 5)).toBe(0);
    expect(aheadFrom([-1, 1, 1, 1])).toBe(3);
    expect(aheadFrom([1, 1])).toBe(1);
    expect(aheadFrom([1, -1])).toBe(3);
  });
});

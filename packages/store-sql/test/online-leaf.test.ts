import type { HistoryLeaf } from "@caio/contracts";
import { describe, expect, it } from "vitest";

import { leafText, parseLeaf } from "../src/stores/history-leaf-text.ts";

const leaf: HistoryLeaf = {
  service: "lang", model: "good", health: "healthy", promises: [], outcomes: 3, violations: 0,
  learned: {
    theta: Array.from({ length: 16 }, (_, at) => at / 8), inverse: Array.from({ length: 256 }, (_, at) => (at % 17 === 0 ? 1 : 0)),
    online: {
      prior: { micros: 900_000, weightMicros: 200_000_000, leadMicros: 30_000 }, likenessMicros: 650_000, cautionMicros: 134_000, weightMicros: 3_000_000, sumMicros: 2_900_000,
      cases: [{ features: [127, -127, 0, 5], weightMicros: 2_000_000, sumMicros: -400_000 }], errors: { levelMicros: 1, casesMicros: 2, linearMicros: 3 },
      change: { aboveMicros: 0, belowMicros: 50_000 }, costs: [{ lengthClass: 4, outcomes: 3, sumMicros: 77 }],
    },
  },
};

describe("a leaf with an online value", () => {
  it("comes back from its text as it was", () => {
    expect(parseLeaf(leafText(leaf))).toEqual(leaf);
  });

  it("is refused with a byte that no case has", () => {
    expect(() => parseLeaf(leafText(leaf).replace("7f810005", "7f800005"))).toThrow();
  });
});

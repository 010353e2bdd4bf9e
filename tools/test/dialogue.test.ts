import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { dialoguePicture } from "../control/dialogue-picture.ts";
import { readDialogue } from "../control/dialogue-script.ts";
import { madeDialogue } from "../control/made-dialogue.ts";
import { loops, playDialogue, type LoopSettings } from "../control/play-dialogue.ts";

const settings: LoopSettings = {
  gains: { excite: "0.7", damp: "0.35", c: "1", m: "0.1", interval: "1", eMax: "3" },
  dampingMicros: 300_000,
  hearingMicros: 2_000_000,
  pause: 1,
  conservative: "0",
};
const script = readDialogue(fileURLToPath(new URL("../control/dialogues/trip-and-supper.yaml", import.meta.url)));

describe("a dialogue through orchestrator, registry and reference MAIA", () => {
  it("remembers its theme, and more so when it is steered; a switch back then comes late", async () => {
    const [words, , open, closed] = await Promise.all(loops.map((loop) => playDialogue(script, settings, loop)));
    const right = (turns: typeof words, from: number, to: number): number => turns?.slice(from, to).filter(({ chosen, expected }) => chosen === expected).length ?? 0;
    const followUps = [words, open, closed].map((turns) => right(turns, 1, 5));
    expect(followUps[1]).toBeGreaterThan(followUps[0] ?? 0);
    expect(followUps[2]).toBeGreaterThan(followUps[1] ?? 0);
    expect(right(closed, 9, 12)).toBeLessThan(right(words, 9, 12));
    // The first turn has nothing behind it: MAIA or not, the same words give the same decision.
    expect(new Set([words, open, closed].map((turns) => turns?.[0]?.chosen)).size).toBe(1);
  });

  it("keeps E below both bounds at every turn, with and without control, bold or careful", async () => {
    // Above the maturity of the services, 0.8, t_c would refuse them.
    for (const conservative of ["0", "0.6"]) {
      for (const loop of ["open", "closed"] as const) {
        for (const { field } of await playDialogue(script, { ...settings, conservative, gains: { ...settings.gains, excite: "5", damp: "2" } }, loop)) {
          expect(field?.energy[0]).toBeLessThanOrEqual(2.0001);
          expect(field?.energy[1]).toBeLessThanOrEqual(3.0001);
          expect(field?.uNorm).toBeLessThanOrEqual(field?.bound ?? 0);
          if (loop === "open") expect(field?.energy[1]).toBeLessThanOrEqual((field?.energy[0] ?? 0) + 1e-5);
        }
      }
    }
  });

  it("excites the chosen mode and damps the rest, turn by turn, against the same field without u", async () => {
    const [first] = await playDialogue({ ...script, turns: script.turns.slice(0, 1) }, settings, "closed");
    const [free] = await playDialogue({ ...script, turns: script.turns.slice(0, 1) }, settings, "open");
    expect(first?.field?.before).toEqual(free?.field?.before);
    const picture = dialoguePicture(script.name, free === undefined ? [] : [free], first === undefined ? [] : [first]);
    for (const service of Object.keys(script.services)) expect(picture).toContain(service);
    expect(first?.field?.moving[1]).toBeGreaterThan(free?.field?.moving[1] ?? 0);
    expect(first?.field?.restMoving[1]).toBeLessThan(free?.field?.restMoving[1] ?? 0);
  });
});

it("made-up dialogues begin each theme with a switch, and are the same for the same seed", () => {
  const dialogue = madeDialogue(7);
  expect(madeDialogue(7)).toEqual(dialogue);
  dialogue.turns.forEach(({ expect: theme }, index) => {
    expect(dialogue.kinds[index] === "switch").toBe(index === 0 || theme !== dialogue.turns[index - 1]?.expect);
  });
});

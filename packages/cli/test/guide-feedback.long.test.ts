import { expect, it } from "vitest";

import { runGuide } from "./support/run-guide.ts";

it("every block on feedback runs, one after another", async () => {
  const { code, text } = await runGuide("feedback.md");
  expect({ code, text }).toEqual({ code: 0, text: expect.any(String) as string });
  const words = ['"reward_micros":0', "its quality is 0.50 of 1; learned", "its quality is 0.93 of 1; learned", '"because":"not_quality"', "learned: true", '"decisionRewardMicros":0', 'caio_feedback_total{kind="thumb",aspect="quality",learned="yes"} 2', "Stopping"];
  expect(words.filter((word) => !text.includes(word))).toEqual([]);
}, 300_000);

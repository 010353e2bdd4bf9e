import { expect, it } from "vitest";

import { feedbackCampaign } from "../gateway/feedback/feedback-campaign.ts";

it("feedback that was answered is in the log once and learned once, wherever the gateway is killed", async () => {
  const seed = Math.floor(Math.random() * 1e9);
  console.log(`feedback, kill -9: seed ${String(seed)}`);
  const { learned, expected, ...found } = await feedbackCampaign({ requests: 150, together: 12, kills: 3, seed });
  console.log(`feedback, kill -9: ${JSON.stringify(found)}`);
  expect(found).toMatchObject({ lost: [], twice: [], findings: [] });
  expect(found.judged).toBeGreaterThan(200);
  expect(learned).toEqual(expected);
});

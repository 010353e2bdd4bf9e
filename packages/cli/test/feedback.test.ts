import { afterEach, describe, expect, it } from "vitest";

import { FakeOpenAiUpstream } from "@caio/fakes";

import { caioIn, json } from "./support/run-command.ts";
import { serving } from "./support/serving.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

let stop: () => Promise<unknown> = () => Promise.resolve();
afterEach(() => stop());

const contract = (address: string): string => `
service_id: chat
version: 1.0.0
capabilities: [inference.chat]
guarantees: { latency_ms: 5000 }
cost: { model: free }
privacy: { data_locality: local }
access: { public: true }
api: { protocol: openai, base_url: ${address}/v1 }
`;

describe("caio feedback", () => {
  it("says what a decision of a running gateway was worth, once under a name, and why nothing is learned", async () => {
    const fake = await FakeOpenAiUpstream.start({ healthy: true });
    stop = () => fake.stop();
    const folder = await temporaryFolder({ "caio.yaml": "caio_gateway: 1\nlog: { level: silent }\ncontracts: contracts\n", "contracts/chat.yaml": contract(new URL(fake.baseUrl).origin) });
    await serving(folder, async ({ address, admin_key: key }) => {
      const admin = { CAIO_URL: address, CAIO_KEY: key ?? "" };
      const asked = await fetch(`${address}/v1/chat/completions`, { method: "POST", headers: { authorization: `Bearer ${admin.CAIO_KEY}`, "content-type": "application/json" }, body: JSON.stringify({ model: "caio:auto", messages: [{ role: "user", content: "Hello" }] }) });
      expect([asked.status, await asked.text()]).toEqual([200, expect.any(String)]);
      const id = asked.headers.get("caio-decision-id") ?? "";
      const first = await caioIn(admin, "feedback", id, "--thumb", "down", "--name", "t-1", "--json");
      expect([first.code, json(first.out)]).toEqual([0, expect.objectContaining({ decision_id: id, reward_micros: 0, learned: true })]);
      expect((await caioIn(admin, "feedback", id, "--thumb", "down", "--name", "t-1", "--json")).out).toBe(first.out);
      const judged = await caioIn(admin, "feedback", id, "--verdict", "pass", "--judge", "judge-v2");
      expect(judged.out).toMatch(/^Logged at \d+: its quality is 0\.50 of 1; learned\n$/);
      expect((await caioIn(admin, "feedback", id, "--score", "0.5", "--aspect", "style")).out).toMatch(/not learned: only quality is learned from\n$/);
      const taken = await caioIn(admin, "feedback", id, "--thumb", "up", "--name", "t-1");
      expect([taken.code, taken.err]).toEqual([2, expect.stringContaining("FeedbackConflict")]);
    });
  }, 60_000);

  it.each([[["--thumb", "up", "--score", "1"]], [[]], [["--verdict", "pass"]], [["--thumb", "up", "--judge", "j"]]])("asks for one thing: %j", async (args) => {
    const ended = await caioIn({ CAIO_KEY: "caio_0011223344556677_x" }, "feedback", "0".repeat(64), ...args);
    expect([ended.code, ended.err]).toEqual([2, expect.stringContaining("Say one thing")]);
  });
});

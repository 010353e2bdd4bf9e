import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { caio } from "./support/run-command.ts";
import { serving } from "./support/serving.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const contract = "{ service_id: silent, version: 1.0.0, capabilities: [inference.chat], access: { public: true }, api: { protocol: openai, base_url: 'http://127.0.0.1:9/v1' } }";

describe("caio serve", () => {
  it("serves what the folders hold, keeps it, and shows its first key once", async () => {
    const folder = await temporaryFolder({ "caio.yaml": "caio_gateway: 1\nlog: { level: silent }\ncontracts: .\n", "silent.yml": contract });
    // The configuration is no contract: contracts have a folder of their own.
    const refused = await caio("serve", "--config", join(folder, "caio.yaml"), "--port", "0");
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("caio.yaml")]);
    const apart = await temporaryFolder({ "caio.yaml": `caio_gateway: 1\nlog: { level: silent }\ncontracts: ${await temporaryFolder({ "silent.yml": contract })}\n` });
    let key = "";
    const first = await serving(apart, async ({ address, services, admin_key }) => {
      expect(services).toBe(1);
      key = admin_key ?? "";
      const answer = await fetch(`${address}/api/v1/services/silent`, { headers: { authorization: `Bearer ${key}` } });
      expect(await answer.json()).toMatchObject({ service_id: "silent" });
      await fetch(`${address}/api/v1/services/silent`, { method: "DELETE", headers: { authorization: `Bearer ${key}` } });
    });
    expect(first.code).toBe(0);
    const again = await serving(apart, async ({ address, admin_key }) => {
      expect(admin_key).toBeNull();
      const ready = await fetch(`${address}/health/ready`);
      // Registered, taken away, registered again from its file.
      expect(await ready.json()).toMatchObject({ epoch: 3 });
      expect((await fetch(`${address}/api/v1/services`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    });
    expect([again.code, again.out.includes("caio_")]).toEqual([0, false]);
  }, 30_000);

  it("says what is missing", async () => {
    const { code, err } = await caio("serve", "--config", join(await temporaryFolder({}), "caio.yaml"));
    expect([code, err]).toEqual([2, expect.stringContaining("caio_gateway: 1")]);
  });
});

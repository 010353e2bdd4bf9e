import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

interface Report {
  readonly valid: boolean;
  readonly checks: readonly { readonly name: string; readonly verdict: string; readonly reason?: string }[];
}

let gateway: TestGateway;
let bundle: string;
beforeAll(async () => {
  const echo = { execute: () => Promise.resolve({ output: "hello" }), health: () => Promise.resolve({ healthy: true }) };
  gateway = await testGateway({ targets: { echo } });
  await register(gateway, "service_id: echo\nversion: 1.0.0\ncapabilities: [inference.chat]\ncost: { model: free }\nprivacy: { data_locality: local }\naccess: { public: true }\napi: { protocol: inprocess }\n");
  const headers = { authorization: `Bearer ${gateway.caller}` };
  const document = { caio_request: 1, intent: { text: "hello" }, requirements: { capabilities: [{ type: "inference.chat" }] } };
  const done = await gateway.app.inject({ method: "POST", url: "/api/v1/orchestrate", headers, payload: document });
  bundle = (await gateway.app.inject({ url: String(done.headers["caio-receipt"]), headers })).body;
});
afterAll(() => gateway.close());

async function verified(body: string | Buffer, type = "application/json"): Promise<{ readonly status: number; readonly report: Report }> {
  const headers = { authorization: `Bearer ${gateway.caller}`, "content-type": type };
  const response = await gateway.app.inject({ method: "POST", url: "/api/v1/verify", headers, payload: body });
  return { status: response.statusCode, report: response.json() };
}

describe("POST /api/v1/verify", () => {
  it("finds a bundle valid, whatever type its bytes are said to be", async () => {
    for (const type of ["application/json", "application/octet-stream", "text/plain"]) {
      const { status, report } = await verified(bundle, type);
      expect([type, status, report.valid]).toEqual([type, 200, true]);
    }
  });

  it("sees a name that is there twice, which a parser would have hidden", async () => {
    const twice = bundle.replace("{", '{"payloadType":"text/plain",');
    expect(JSON.parse(twice)).toEqual(JSON.parse(bundle));
    const { status, report } = await verified(twice);
    expect([status, report.valid]).toEqual([200, false]);
  });

  it("sees bytes that are no UTF-8", async () => {
    const at = bundle.indexOf('"') + 1;
    const broken = Buffer.concat([Buffer.from(bundle.slice(0, at)), Buffer.from([0xff]), Buffer.from(bundle.slice(at))]);
    expect((await verified(broken)).report.valid).toBe(false);
  });

  it("asks for a body", async () => {
    const { status } = await verified("");
    expect(status).toBe(400);
  });
});

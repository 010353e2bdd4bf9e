import { EventEmitter, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openSqlStores } from "@caio/store-sql";
import { expect, it, onTestFinished } from "vitest";

import { register } from "./support/register.ts";
import { testGateway } from "./support/test-gateway.ts";

const contract = "service_id: talker\nversion: 1.0.0\ncapabilities: [inference.chat]\naccess: { public: true }\napi: { protocol: inprocess }\n";
const document = { caio_request: 1, requirements: { capabilities: [{ type: "inference.chat" }] } };

it("a gateway that stops before an answer is whole cancels the call, and the log has how it ended", async () => {
  const folder = await mkdtemp(join(tmpdir(), "caio-closing-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "caio.db");
  const calls = new EventEmitter();
  const begun = once(calls, "begun");
  const execute = (_call: unknown, signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => { setImmediate(() => { reject(new Error("cancelled")); }); }, { once: true });
      calls.emit("begun");
    });
  const faults: string[] = [];
  const gateway = await testGateway({
    targets: { talker: { execute, health: () => Promise.resolve({ healthy: true }) } },
    config: "limits: { drain_ms: 0 }\n",
    ports: { stores: await openSqlStores({ file }), onFault: (where) => { faults.push(where); } },
  });
  await register(gateway, contract);
  const headers = { authorization: `Bearer ${gateway.caller}`, "content-type": "application/json" };
  const answer = fetch(`${await gateway.listen()}/api/v1/orchestrate`, { method: "POST", headers, body: JSON.stringify(document) }).catch((error: unknown) => error);
  await begun;
  await gateway.close();
  expect(await answer).toBeInstanceOf(TypeError);
  expect(faults).toEqual([]);
  const kept = await openSqlStores({ file });
  onTestFinished(() => kept.close());
  expect((await kept.traces.read(0, 100)).map(({ keys }) => keys.kind)).toContain("outcome");
});

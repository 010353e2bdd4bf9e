import { CaioError } from "@caio/core";
import { InMemoryTraceStore } from "@caio/traceability";
import { expect, it, onTestFinished } from "vitest";

import { memoryStores } from "../src/index.ts";
import { testGateway } from "./support/test-gateway.ts";

it("a gateway whose store has gone is alive, but not ready", async () => {
  let gone = false;
  const traces = new (class extends InMemoryTraceStore {
    override size(): Promise<number> {
      return gone ? Promise.reject(new CaioError("ServiceUnavailable", "the store is closed", { details: { reason: "closed" } })) : super.size();
    }
  })();
  const gateway = await testGateway({ ports: { stores: { ...memoryStores(), traces } } });
  onTestFinished(() => gateway.close());
  const address = await gateway.listen();
  const statusOf = async (path: string): Promise<number> => (await fetch(address + path)).status;
  expect([await statusOf("/health/live"), await statusOf("/health/ready")]).toEqual([200, 200]);
  gone = true;
  expect([await statusOf("/health/live"), await statusOf("/health/ready")]).toEqual([200, 503]);
});

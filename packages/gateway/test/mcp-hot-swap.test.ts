import type { ListedTool, ToolLister } from "@caio/adapters";
import type { Protocol, ServiceCall, ServiceExecutor, ServiceResult } from "@caio/contracts";
import { encodeContract, HashingEncoder } from "@caio/control";
import type { JsonObject } from "@caio/core";
import type { Registration } from "@caio/registry";
import { afterEach, describe, expect, it } from "vitest";

import { contractOf } from "../src/native/documents.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

/** A contract whose one capability leads to this tool, with arguments of its own. */
function contract(version: number, tool: string, argument: string): string {
  const input = { type: "object", required: [argument], properties: { [argument]: { type: "string" } }, additionalProperties: false };
  return JSON.stringify({
    ...{ service_id: "desk", version: `1.0.${String(version)}`, capabilities: ["files.read"], access: { public: true }, cost: { model: "free" }, privacy: { data_locality: "local" } },
    api: { protocol: "mcp", server: "desk", endpoints: [{ capability: "files.read", tool, input_schema: input }] },
  });
}

/** A contract's document as the registry takes it. */
function registrationOf(body: string): Registration {
  const [read, encoder] = [contractOf(body), new HashingEncoder()];
  return { contract: read, encoding: encodeContract(read, encoder), encoderId: encoder.id };
}

/** A FAKE of MCP servers: something happens whenever its tools are listed, which is between the look at a tool and the decision. */
class SwappingServers implements ServiceExecutor, ToolLister {
  readonly protocols: readonly Protocol[] = ["mcp"];
  readonly calls: (readonly [string | undefined, unknown])[] = [];
  onList: () => Promise<void> = () => Promise.resolve();

  async listTools(): Promise<readonly ListedTool[]> {
    await this.onList();
    return ["open", "erase"].map((name) => ({ name, inputSchema: {}, hints: { readOnly: true } }));
  }

  execute({ endpoint, payload }: ServiceCall): Promise<ServiceResult> {
    this.calls.push([endpoint?.tool, payload]);
    return Promise.resolve({ output: { content: [{ type: "text", text: "done" }] } });
  }

  health(): Promise<{ healthy: boolean }> {
    return Promise.resolve({ healthy: true });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

let gateway: TestGateway;
let servers: SwappingServers;
async function open(): Promise<void> {
  servers = new SwappingServers();
  gateway = await testGateway({ executor: servers });
  await register(gateway, contract(0, "open", "path"));
}
afterEach(() => gateway.close());

async function call(name: string, parameters: object): Promise<{ readonly isError?: boolean; readonly _meta: JsonObject; readonly content: readonly { readonly text: string }[] }> {
  const headers = { authorization: `Bearer ${gateway.caller}`, accept: "application/json, text/event-stream" };
  const response = await gateway.app.inject({ method: "POST", url: "/mcp", headers, payload: { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: parameters } } });
  return response.json<{ result: Awaited<ReturnType<typeof call>> }>().result;
}

describe("a service that is swapped between the look at its tool and the decision", () => {
  it("is called under the new contract if that has the tool, and takes the arguments", async () => {
    await open();
    servers.onList = async () => {
      servers.onList = () => Promise.resolve();
      await gateway.core.registry.replace(registrationOf(contract(1, "open", "path")));
    };
    const answer = await call("desk__open", { path: "/a" });
    expect(answer.isError).toBeUndefined();
    expect(servers.calls).toEqual([["open", { path: "/a" }]]);
  });

  it("is not called if the capability leads to another tool now", async () => {
    await open();
    servers.onList = () => gateway.core.registry.replace(registrationOf(contract(1, "erase", "path"))).then(() => undefined);
    await call("desk__open", { path: "/a" });
    expect(servers.calls).toEqual([]);
  });

  it("is not called with arguments that the new contract does not take", async () => {
    await open();
    servers.onList = () => gateway.core.registry.replace(registrationOf(contract(1, "open", "file"))).then(() => undefined);
    expect(await call("desk__open", { path: "/a" })).toMatchObject({ isError: true, _meta: { "caio/error": { code: "InvalidRequest" } } });
    expect(servers.calls).toEqual([]);
  });

  it("is left with a type if it is swapped again and again", async () => {
    await open();
    let version = 0;
    servers.onList = () => gateway.core.registry.replace(registrationOf(contract(++version, "open", "path"))).then(() => undefined);
    const answer = await call("desk__open", { path: "/a" });
    expect(answer).toMatchObject({ isError: true, _meta: { "caio/error": { code: "ServiceUnavailable", details: { reason: "contract_swapped" } } } });
    expect([servers.calls, version]).toEqual([[], 3]);
  });
});

import { HttpExecutor, McpExecutor, ProtocolDispatcher } from "@caio/adapters";
import type { ServiceContract } from "@caio/contracts";
import type { JsonValue } from "@caio/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startExampleServices, type ExampleServices } from "../services.ts";

let examples: ExampleServices;
let executor: ProtocolDispatcher;
beforeAll(async () => {
  examples = await startExampleServices();
  executor = new ProtocolDispatcher([new HttpExecutor(examples.executors.http), new McpExecutor(examples.executors.mcp)]);
}, 60_000);
afterAll(async () => {
  await executor.close();
  await examples.close();
});

function contractOf(id: string): ServiceContract {
  const found = examples.contracts.find(({ serviceId }) => serviceId === id);
  if (found === undefined) throw new Error(`no contract ${id}`);
  return found;
}

async function run(contract: ServiceContract, capability: string, payload: JsonValue, deadlineUs = 20_000_000): Promise<JsonValue> {
  const endpoint = contract.api.endpoints.find((candidate) => candidate.capability === capability);
  const call = { decisionId: "0".repeat(64), idempotencyKey: "k", contract, model: null, endpoint, payload, deadlineUs };
  return (await executor.execute(call, new AbortController().signal)).output;
}

describe("the example services", () => {
  it("are all healthy", async () => {
    const all = [...examples.contracts, examples.later.flaky, examples.later.tinyldV2];
    const health = await Promise.all(all.map((contract) => executor.health(contract, new AbortController().signal)));
    expect(health.filter(({ healthy }) => !healthy)).toEqual([]);
  }, 60_000);

  it("identify languages", async () => {
    for (const id of ["lid-eld", "lid-fasttext", "lid-franc", "lid-tinyld"]) {
      expect(await run(contractOf(id), "language.identify", { text: "Die Kinder bauen\neine Brücke aus Löffeln." })).toMatchObject({ language: "de" });
      await expect(run(contractOf(id), "language.identify", { text: " " })).rejects.toMatchObject({ code: "ExecutionFailed", details: { remote_code: "InvalidRequest" } });
    }
    expect(await run(examples.later.tinyldV2, "language.identify", { text: "Der er kommet en pakke til naboerne." })).toMatchObject({ language: "da" });
  });

  it("remember, find and forget; read, list and write files; echo", async () => {
    const memory = contractOf("mcp-memory");
    const note = { name: "kettle-note", entityType: "note", observations: ["language: sv"] };
    expect(await run(memory, "memory.write", { entities: [note] })).toEqual({ entities: [note] });
    expect(await run(memory, "memory.search", { query: "sv" })).toMatchObject({ entities: [note] });
    expect(await run(memory, "memory.delete", { entityNames: ["kettle-note"] })).toMatchObject({ success: true });
    expect(await run(memory, "memory.read", {})).toEqual({ entities: [], relations: [] });

    const files = contractOf("mcp-filesystem");
    expect(await run(files, "files.read", { path: "notes.txt" })).toEqual({ content: "The kettle whistles every morning at six.\n" });
    await run(files, "files.write", { path: "more.txt", content: "x" });
    expect(await run(files, "files.list", { path: "." })).toMatchObject({ content: expect.stringContaining("more.txt") as string });
    await expect(run(files, "files.read", { path: "/etc/hostname" })).rejects.toMatchObject({ code: "ExecutionFailed" });

    expect(await run(contractOf("mcp-everything"), "text.echo", { message: "hi" })).toMatchObject({ content: [{ type: "text" }] });
  }, 60_000);

  it("include a fake that breaks its promises when told to", async () => {
    const { flaky } = examples.later;
    const text = "Die Katze schläft und die Kinder bauen.";
    expect(await run(flaky, "language.identify", { text })).toEqual({ language: "de" });
    examples.setFlakyMode("wrong-schema");
    expect(await run(flaky, "language.identify", { text })).toMatchObject({ language: 42 });
    examples.setFlakyMode("slow");
    await expect(run(flaky, "language.identify", { text }, 100_000)).rejects.toMatchObject({ code: "DeadlineExceeded" });
    examples.setFlakyMode("honest");
  });
});

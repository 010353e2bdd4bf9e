import process from "node:process";
import { fileURLToPath } from "node:url";

import { ContractParser, type ServiceCall } from "@caio/contracts";
import type { JsonValue } from "@caio/core";
import { afterEach, describe, expect, it } from "vitest";

import { JsonLinesExecutor } from "../src/index.ts";

const contract = new ContractParser().parse("{ service_id: worker, version: 1.0.0, capabilities: [text.summarise], api: { protocol: x-json-lines, endpoints: [{ capability: text.summarise }] } }");
const worker = [fileURLToPath(new URL("../worker/summarise.mjs", import.meta.url))];
const never = (): AbortSignal => new AbortController().signal;

const opened: JsonLinesExecutor[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((executor) => executor.close()));
});

/** Runs node with a script, or with a program in one line. */
function executorOf(...args: readonly string[]): JsonLinesExecutor {
  const executor = new JsonLinesExecutor({ worker: { command: process.execPath, args } });
  opened.push(executor);
  return executor;
}

function callOf(payload: JsonValue, deadlineUs = 20_000_000): ServiceCall {
  return { decisionId: "0".repeat(64), idempotencyKey: "k", contract, model: null, endpoint: contract.api.endpoints[0], payload, deadlineUs };
}

const secret = { text: "what nobody may read" };

describe("the executor of JSON lines", () => {
  it("answers many calls at once, each its own, with one program", async () => {
    const executor = executorOf(...worker);
    const answers = await Promise.all(Array.from({ length: 50 }, async (_none, at) => (await executor.execute(callOf({ text: `Number ${String(at)} rings. And then?` }), never())).output));
    expect(answers).toEqual(Array.from({ length: 50 }, (_none, at) => ({ text: `Number ${String(at)} rings.` })));
  });

  it.each([
    ["refuses", worker, { no: "text" }, "ExecutionFailed"],
    ["ends at once", ["-e", "process.exit(1)"], secret, "ServiceUnavailable"],
    ["says what is no JSON", ["-e", "console.log('hello')"], secret, "ServiceUnavailable"],
    ["says what nobody asked", ["-e", "console.log('{}')"], secret, "ServiceUnavailable"],
    ["says a line that never ends", ["-e", "setInterval(() => process.stdout.write('x'.repeat(100000)), 1)"], secret, "ServiceUnavailable"],
  ] as const)("tells by a type of a program that %s, and quotes nothing", async (_name, args, payload, code) => {
    const error: unknown = await executorOf(...args).execute(callOf(payload), never()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain("nobody may read");
  });

  it("stops by the deadline and with the signal, whatever the program does", async () => {
    const silent = executorOf("-e", "setInterval(() => undefined, 1000)");
    await expect(silent.execute(callOf(secret, 20_000), never())).rejects.toMatchObject({ code: "DeadlineExceeded" });
    const controller = new AbortController();
    const cancelled = silent.execute(callOf(secret), controller.signal);
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: "ExecutionFailed" });
  });

  it("starts a program again that has ended", async () => {
    const once = executorOf("-e", "process.stdin.once('data', (line) => { console.log(JSON.stringify({ id: JSON.parse(line).id, output: process.pid })); process.exit(0); })");
    const { output: first } = await once.execute(callOf(secret), never());
    // The end of the first may not be known yet: then the call says so, and the next one goes to another.
    await expect.poll(async () => (await once.execute(callOf(secret), never()).catch(() => ({ output: first }))).output).not.toBe(first);
  });

  it("reaches no program that was not configured", async () => {
    const executor = new JsonLinesExecutor({});
    await expect(executor.execute(callOf(secret), never())).rejects.toMatchObject({ code: "ServiceUnavailable" });
    expect(await executor.health(contract)).toMatchObject({ healthy: false });
  });
});

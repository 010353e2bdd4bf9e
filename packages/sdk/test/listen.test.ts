import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

import { toWire } from "@caio/contracts";
import { canonicalJson, type JsonValue } from "@caio/core";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";

import { defineService, type ListeningService, type ListenOptions, type ServiceDefinition } from "../src/index.ts";
import { sampleContract } from "./sample-contract.ts";

const open: ListeningService[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()));
});

async function serve(definition: Partial<ServiceDefinition<undefined>> = {}, options: ListenOptions = {}): Promise<string> {
  const listening = await defineService({
    contract: sampleContract(),
    execute: (payload) => ({ echoed: payload }),
    ...definition,
  }).listen({ graceMs: 50, ...options });
  open.push(listening);
  return listening.url;
}

async function post(url: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
}

function isFaithful(value: JsonValue): boolean {
  try {
    canonicalJson(value);
    return true;
  } catch {
    return false;
  }
}

describe("a service over HTTP", () => {
  it("serves its endpoints, its health and its contract", async () => {
    const url = await serve();
    expect(await (await post(`${url}/echo`, '{"text":"hé"}')).json()).toEqual({ echoed: { text: "hé" } });
    expect(await (await fetch(`${url}/look?text=a%20b`)).json()).toEqual({ echoed: { text: "a b" } });
    expect(await (await fetch(`${url}/alive`)).json()).toEqual({ healthy: true });
    expect(await (await fetch(`${url}/contract`)).json()).toEqual(toWire(sampleContract()));
  });

  it("echoes any JSON value that can be held faithfully, and refuses the others", async () => {
    const url = await serve();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async (value) => {
        const sent = JSON.parse(JSON.stringify(value)) as JsonValue;
        const answer: unknown = await (await post(`${url}/echo`, JSON.stringify(value))).json();
        expect(answer).toEqual(isFaithful(sent) ? { echoed: sent } : { error: expect.objectContaining({ code: "ExecutionFailed" }) as object });
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["/nowhere", "{}", {}, 404, "NotFound"],
    ["/look", "{}", {}, 405, "NotFound"],
    ["/echo", "{", {}, 400, "InvalidRequest"],
    ["/echo", new Uint8Array([0x22, 0xff, 0x22]), {}, 400, "InvalidRequest"],
    ["/echo", "{}", { "content-type": "text/plain" }, 415, "InvalidRequest"],
    ["/echo", JSON.stringify("x".repeat(2000)), {}, 413, "InvalidRequest"],
    ["/echo", "{}", { "caio-deadline-ms": "-5" }, 400, "InvalidRequest"],
    ["/echo", "{}", { "caio-deadline-ms": "1e3" }, 400, "InvalidRequest"],
    ["/echo", "{}", { "caio-deadline-ms": "99999999999" }, 400, "InvalidRequest"],
    ["/echo", "{}", { "caio-deadline-ms": "0" }, 504, "DeadlineExceeded"],
  ])("POST %s refuses %o with %o: %i", async (path, body, headers, status, code) => {
    const url = await serve({}, { maxBodyBytes: 1000 });
    const response = await post(`${url}${path}`, body, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code, message: expect.any(String) as string, details: expect.any(Object) as object } });
  });

  it("survives a body of 200 000 nested arrays", async () => {
    const url = await serve();
    const response = await post(`${url}/echo`, "[".repeat(200_000) + "]".repeat(200_000));
    expect(response.status).toBe(500);
    expect((await post(`${url}/echo`, "1")).status).toBe(200);
  });

  it("honours the deadline header and tells the work to stop", async () => {
    let aborted = false;
    const url = await serve({
      execute: async (_payload, { signal, deadlineUs }) => {
        expect(deadlineUs).toBe(30_000);
        await delay(5000, undefined, { signal }).catch(() => { aborted = true; });
        return null;
      },
    });
    const response = await post(`${url}/echo`, "{}", { "caio-deadline-ms": "30" });
    expect(response.status).toBe(504);
    expect(aborted).toBe(true);
  });

  it("tells the work to stop when the caller goes away", async () => {
    let stop: (() => void) | undefined;
    const stopped = new Promise<void>((resolve) => { stop = resolve; });
    let begun = false;
    const url = await serve({
      execute: async (_payload, { signal }) => {
        begun = true;
        await new Promise<void>((resolve) => { signal.addEventListener("abort", () => { resolve(); }); });
        stop?.();
        return null;
      },
    });
    const { port } = new URL(url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
    await expect.poll(() => begun).toBe(true);
    socket.destroy();
    await stopped;
  });

  it("tells callers nothing of a foreign error, and its owner everything", async () => {
    const heard: unknown[] = [];
    const url = await serve(
      { execute: () => { throw new Error("password hunter2"); } },
      { onError: (error) => heard.push(error) },
    );
    const response = await post(`${url}/echo`, "{}");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("hunter2");
    expect(heard).toMatchObject([{ code: "ExecutionFailed", cause: { message: "password hunter2" } }]);
  });

  it("says 503 when it is unhealthy", async () => {
    const url = await serve({ health: () => ({ healthy: false, reason: "warming up" }) });
    const response = await fetch(`${url}/alive`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ healthy: false, reason: "warming up" });
  });

  it("finishes calls in flight when it closes, and aborts what outlasts the grace", async () => {
    let aborted = false;
    let begun = 0;
    const service = defineService({
      contract: sampleContract(),
      execute: async (payload, { signal }) => {
        begun += 1;
        await delay(payload === "slow" ? 60_000 : 30, undefined, { signal }).catch(() => { aborted = true; });
        return "done";
      },
    });
    const listening = await service.listen({ graceMs: 200 });
    const quick = post(`${listening.url}/echo`, '"quick"');
    const slow = post(`${listening.url}/echo`, '"slow"').then((response) => response.status, () => "cut");
    await expect.poll(() => begun).toBe(2);
    await listening.close();
    expect(await (await quick).json()).toBe("done");
    expect([500, "cut"]).toContain(await slow);
    expect(aborted).toBe(true);
    await expect(fetch(listening.url)).rejects.toThrow();
  });

  it("says so when the port is taken", async () => {
    const url = await serve();
    const second = defineService({ contract: sampleContract(), execute: () => null });
    await expect(second.listen({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: "ServiceUnavailable" });
  });
});

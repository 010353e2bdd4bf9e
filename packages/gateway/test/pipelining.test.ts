import { EventEmitter, once } from "node:events";
import { connect } from "node:net";

import { afterEach, describe, expect, it } from "vitest";

import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const contract = "service_id: talker\nversion: 1.0.0\ncapabilities: [inference.chat]\naccess: { public: true }\napi: { protocol: inprocess }\n";
const body = JSON.stringify({ caio_request: 1, intent: { text: "hello" }, requirements: { capabilities: [{ type: "inference.chat" }] } });

let gateway: TestGateway | undefined;
afterEach(() => gateway?.close());

/** Sends a request so many times at once, without waiting for an answer, and goes away when `gone` says so. */
async function pipelined(request: string, times: number, gone: Promise<unknown>): Promise<void> {
  const { port } = new URL((await gateway?.listen()) ?? "");
  const socket = connect(Number(port), "127.0.0.1");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => undefined);
  socket.write(request.repeat(times));
  await gone;
  socket.resetAndDestroy();
  await closed;
}

describe("requests behind another on one connection", () => {
  it("end with it: their calls are cancelled, and none is in flight any more", async () => {
    const times = 8;
    let begun = 0;
    let cancelled = 0;
    const calls = new EventEmitter();
    const all = once(calls, "all");
    const none = once(calls, "none");
    const execute = (_call: unknown, signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => {
        if (++begun === times) calls.emit("all");
        signal.addEventListener("abort", () => {
          reject(new Error("cancelled"));
          if (++cancelled === times) calls.emit("none");
        }, { once: true });
      });
    gateway = await testGateway({ targets: { talker: { execute, health: () => Promise.resolve({ healthy: true }) } }, config: `limits: { in_flight: ${String(times)} }\ncircuits: { enabled: false }\n` });
    await register(gateway, contract);
    const request = `POST /api/v1/orchestrate HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.caller}\r\ncontent-type: application/json\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`;
    await pipelined(request, times, all);
    await none;
    const { app } = gateway;
    const answers = await Promise.all(Array.from({ length: times }, () => app.inject({ url: "/health/ready" })));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 200));
  });
});

import { streamCall, type ServiceCall, type ServiceContract, type ServiceStreamEvent } from "@caio/contracts";
import { CaioError } from "@caio/core";
import { startNats } from "@caio/fakes";
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import { describe, expect, it, onTestFinished } from "vitest";

import { NatsExecutor, NatsLink, serveOverNats, type NatsExecutorOptions, type NatsService, type ServeOptions, type ServiceHandler } from "../src/index.ts";
import { connected, connectedTo, freshName, noNats } from "./support/nats.ts";
import { sampleContract } from "./support/sample-service.ts";

const never = new AbortController().signal;

function callOf(contract: ServiceContract, changes: Partial<ServiceCall> = {}): ServiceCall {
  return { decisionId: "d".repeat(64), idempotencyKey: "key-1", contract, model: null, endpoint: contract.api.endpoints[0], payload: { text: "hello" }, deadlineUs: 10_000_000, ...changes };
}

const echo: ServiceHandler = { execute: ({ payload }) => Promise.resolve({ output: payload, usage: { inputTokens: 2, outputTokens: 3 } }) };

function served(options: ServeOptions): NatsService {
  const service = serveOverNats(options);
  onTestFinished(() => service.stop(0));
  return service;
}

function executor(options: NatsExecutorOptions): NatsExecutor {
  const made = new NatsExecutor(options);
  onTestFinished(() => made.close());
  return made;
}

/** A service that listens, and an executor on a connection of its own. */
async function pair(handler: ServiceHandler, more: Partial<ServeOptions & NatsExecutorOptions> = {}): Promise<{ contract: ServiceContract; reach: NatsExecutor; service: NatsService; connection: NatsConnection }> {
  const contract = more.contract ?? sampleContract(freshName("svc"));
  const connection = await connected();
  const service = served({ connection, handler, ...more, contract });
  await connection.flush();
  return { contract, service, connection, reach: executor({ ...more, connection: await connected() }) };
}

async function collect(events: AsyncIterable<ServiceStreamEvent>): Promise<ServiceStreamEvent[]> {
  const all: ServiceStreamEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** Says the numbers from 0 on, one after another. */
function counting(count: number, seen: { sent: number } = { sent: 0 }): ServiceHandler {
  return {
    ...echo,
    async *stream() {
      for (let number = 0; number < count; number++) {
        seen.sent = number + 1;
        yield { kind: "delta", value: number, outputTokens: 1 };
        await Promise.resolve();
      }
      yield { kind: "end", finish: "stop", output: { count }, usage: { outputTokens: count } };
    },
  };
}

describe.skipIf(noNats)("a service through NATS", () => {
  it("answers, and is told all that an executor tells", async () => {
    let told: ServiceCall | undefined;
    const { contract, reach } = await pair({ execute: (call) => { told = call; return echo.execute(call, never); } });
    const call = callOf(contract, { model: "m-1", maxOutputTokens: 7, trace: { traceparent: "00-1-2-01", tracestate: "a=b" } });
    expect(await reach.execute(call, never)).toEqual({ output: { text: "hello" }, usage: { inputTokens: 2, outputTokens: 3 } });
    expect(told).toMatchObject({ decisionId: call.decisionId, idempotencyKey: "key-1", model: "m-1", maxOutputTokens: 7, deadlineUs: 10_000_000, payload: { text: "hello" }, trace: call.trace });
    expect(await reach.health(contract, never)).toEqual({ healthy: true });
  });

  it("has a subject for each endpoint of one capability", async () => {
    const contract = sampleContract(freshName("svc"), { capabilities: ["echo.text", "echo.loud"], api: { protocol: "nats", endpoints: [{ capability: "echo.loud" }, {}] } });
    const { reach } = await pair({ execute: ({ endpoint }) => Promise.resolve({ output: endpoint?.capability ?? "any" }) }, { contract });
    const outputs = await Promise.all(contract.api.endpoints.map(async (endpoint) => (await reach.execute(callOf(contract, { endpoint }), never)).output));
    expect(outputs).toEqual(["echo.loud", "any"]);
  });

  it("streams, no more ahead of its reader than there is room for", async () => {
    const seen = { sent: 0 };
    const { contract, reach } = await pair(counting(500, seen));
    const stream = reach.stream(callOf(contract), never);
    await stream.next();
    await expect.poll(() => seen.sent).toBeGreaterThan(30);
    await reach.health(contract, never);
    expect(seen.sent).toBeLessThanOrEqual(34);
    const rest = await collect(stream);
    expect([rest.length, rest.at(-1)]).toEqual([500, { kind: "end", finish: "stop", output: { count: 500 }, usage: { outputTokens: 500 } }]);
    expect(rest.slice(0, -1).map((event) => (event.kind === "delta" ? event.value : event.kind))).toEqual(Array.from({ length: 499 }, (_, at) => at + 1));
    expect(await collect(streamCall(reach, callOf(contract), never))).toHaveLength(501);
  });

  it("that cannot stream answers a stream in one part", async () => {
    const { contract, reach } = await pair(echo);
    expect((await collect(reach.stream(callOf(contract), never))).map(({ kind }) => kind)).toEqual(["delta", "end"]);
  });

  it("shares its calls with every copy", async () => {
    const contract = sampleContract(freshName("svc"));
    const { reach } = await pair({ execute: () => Promise.resolve({ output: 1 }) }, { contract });
    const connection = await connected();
    const second = served({ connection, contract, handler: { execute: () => Promise.resolve({ output: 2 }) } });
    await connection.flush();
    const call = async (): Promise<unknown> => (await reach.execute(callOf(contract), new AbortController().signal)).output;
    expect(new Set(await Promise.all(Array.from({ length: 60 }, call)))).toEqual(new Set([1, 2]));
    await second.stop();
    expect(new Set(await Promise.all(Array.from({ length: 20 }, call)))).toEqual(new Set([1]));
  });

  it("is unavailable at once where no copy listens, or there is no connection", async () => {
    const contract = sampleContract(freshName("svc"));
    const reach = executor({ connection: await connected() });
    await expect(reach.execute(callOf(contract), never)).rejects.toMatchObject({ code: "ServiceUnavailable", details: { service: contract.serviceId, reason: "no_responders" } });
    expect(await reach.health(contract, never)).toMatchObject({ healthy: false });
    const nowhere = executor({ connection: () => undefined });
    await expect(collect(nowhere.stream(callOf(contract), never))).rejects.toMatchObject({ code: "ServiceUnavailable", details: { reason: "not_connected" } });
    expect(await nowhere.health(contract, never)).toMatchObject({ healthy: false });
  });

  it.each<[string, () => Error, object]>([
    ["a code of an executor as it is", () => new CaioError("ServiceUnavailable", "secret-7 is busy"), { code: "ServiceUnavailable" }],
    ["another code beside it", () => new CaioError("GuaranteeViolation", "secret-7"), { code: "ExecutionFailed", details: { remote_code: "GuaranteeViolation" } }],
    ["anything else without a word", () => new Error("secret-7"), { code: "ExecutionFailed" }],
  ])("tells of its failure: %s", async (_name, thrown, expected) => {
    const failing = (): Promise<never> => Promise.reject(thrown());
    // eslint-disable-next-line require-yield, @typescript-eslint/require-await
    const { contract, reach } = await pair({ execute: failing, async *stream() { throw thrown(); } });
    for (const work of [reach.execute(callOf(contract), never), collect(reach.stream(callOf(contract), never))]) {
      const error = await work.then(() => undefined, (reason: unknown) => reason);
      expect(error).toMatchObject(expected);
      expect(JSON.stringify([error, String(error)])).not.toContain("secret-7");
    }
  });

  it("that answers what JSON cannot keep, or ends a stream without an end, has failed", async () => {
    const { contract, reach } = await pair({
      execute: () => Promise.resolve({ output: { text: "\ud800" } }),
      // eslint-disable-next-line @typescript-eslint/require-await
      async *stream() { yield { kind: "delta", value: "half" }; },
    });
    await expect(reach.execute(callOf(contract), never)).rejects.toMatchObject({ code: "ExecutionFailed" });
    await expect(collect(reach.stream(callOf(contract), never))).rejects.toMatchObject({ code: "ExecutionFailed" });
  });

  it("stops when nobody waits any more: at the deadline, at a cancel, at a reader who left", async () => {
    const ends: string[] = [];
    const hanging: ServiceHandler = {
      execute: (_call, signal) => new Promise((_, reject) => { signal.addEventListener("abort", () => { ends.push("execute"); reject(new Error("stopped")); }); }),
      async *stream(_call, signal) {
        try {
          for (let number = 0; ; number++) {
            yield { kind: "delta", value: number };
            if (number === 2) await new Promise((_, reject) => { signal.addEventListener("abort", () => { reject(new Error("stopped")); }); });
          }
        } finally {
          ends.push("stream");
        }
      },
    };
    const { contract, reach, service } = await pair(hanging, { beatMs: 200 });
    await expect(reach.execute(callOf(contract, { deadlineUs: 50_000 }), never)).rejects.toMatchObject({ code: "DeadlineExceeded" });
    await expect.poll(() => ends).toEqual(["execute"]);
    const cancel = new AbortController();
    const cancelled = reach.execute(callOf(contract), cancel.signal);
    await expect.poll(() => service.inFlight).toBe(1);
    cancel.abort();
    await expect(cancelled).rejects.toMatchObject({ code: "ExecutionFailed", details: { cancelled: true } });
    await expect.poll(() => ends).toEqual(["execute", "execute"]);
    for await (const event of reach.stream(callOf(contract), never)) if (event.kind === "delta" && event.value === 1) break;
    await expect.poll(() => ends).toEqual(["execute", "execute", "stream"]);
    await expect.poll(() => service.inFlight).toBe(0);
  });

  it("stops when its caller's process is gone", async () => {
    let ended = false;
    const { contract, service } = await pair({ execute: (_call, signal) => new Promise((_, reject) => { signal.addEventListener("abort", () => { ended = true; reject(new Error("stopped")); }); }) });
    const own = await connected();
    const leaving = executor({ connection: own, beatMs: 200 });
    const call = leaving.execute(callOf(contract), never).catch((error: unknown) => error);
    await expect.poll(() => service.inFlight).toBe(1);
    await own.close();
    expect(await call).toMatchObject({ code: "ServiceUnavailable", details: { reason: "cut" } });
    await expect.poll(() => ended).toBe(true);
  });

  it("that dies in the middle is found out by its silence, and a stream of it never ends as if it were whole", async () => {
    const contract = sampleContract(freshName("svc"));
    const dying = await connected();
    const stuck = new Promise<never>(() => undefined);
    serveOverNats({
      connection: dying, contract,
      handler: {
        execute: () => stuck,
        async *stream() {
          yield { kind: "delta", value: "half" };
          await stuck;
        },
      },
    });
    await dying.flush();
    const reach = executor({ connection: await connected(), beatMs: 200 });
    const events: ServiceStreamEvent[] = [];
    const reading = (async () => { for await (const event of reach.stream(callOf(contract), never)) events.push(event); })().catch((error: unknown) => error);
    const whole = reach.execute(callOf(contract), never).catch((error: unknown) => error);
    await expect.poll(() => events.length).toBe(1);
    await dying.close();
    expect([await reading, await whole]).toMatchObject([{ code: "ServiceUnavailable", details: { reason: "silent" } }, { code: "ServiceUnavailable", details: { reason: "silent" } }]);
    expect(events).toEqual([{ kind: "delta", value: "half" }]);
  });

  it("works as long as it needs, as long as it shows that it lives", async () => {
    const { contract, reach } = await pair({ execute: () => new Promise((resolve) => setTimeout(() => { resolve({ output: "late" }); }, 700)) }, { beatMs: 150 });
    expect(await reach.execute(callOf(contract), never)).toEqual({ output: "late" });
  });

  it("is busy beyond its limit, and when it stops: those under way end first", async () => {
    const open: (() => void)[] = [];
    const { contract, reach, service } = await pair({ execute: () => new Promise((resolve) => open.push(() => { resolve({ output: "done" }); })) }, { maxInFlight: 1 });
    const first = reach.execute(callOf(contract), never);
    await expect.poll(() => open.length).toBe(1);
    await expect(reach.execute(callOf(contract), never)).rejects.toMatchObject({ code: "ServiceUnavailable", details: { reason: "error_part" } });
    const stopping = service.stop();
    await expect.poll(() => reach.health(contract, never)).toMatchObject({ healthy: false });
    open[0]?.();
    expect(await first).toEqual({ output: "done" });
    await stopping;
  });

  it("that is stopped without patience says so to those under way", async () => {
    const { contract, reach, service } = await pair({ execute: () => new Promise(() => undefined) });
    const call = reach.execute(callOf(contract), never).catch((error: unknown) => error);
    await expect.poll(() => service.inFlight).toBe(1);
    await service.stop(0);
    expect(await call).toMatchObject({ code: "ServiceUnavailable", details: { reason: "error_part" } });
  });

  it("sends no payload and takes no answer that is larger than allowed", async () => {
    const large = "x".repeat(2_000_000);
    const { contract, reach } = await pair({ ...counting(2000), execute: () => Promise.resolve({ output: large }) }, { maxAnswerBytes: 10_000 });
    await expect(reach.execute(callOf(contract, { payload: large }), never)).rejects.toMatchObject({ code: "ExecutionFailed", details: { reason: "not_sent", not_sent: true } });
    await expect(reach.execute(callOf(contract), never)).rejects.toMatchObject({ code: "ExecutionFailed" });
    await expect(collect(reach.stream(callOf(contract), never))).rejects.toMatchObject({ code: "ExecutionFailed", details: { reason: "too_large" } });
  });

  it("answers clients that know nothing of CAIO, and is found by the tools for NATS services", async () => {
    const contract = sampleContract(freshName("svc"), { description: "Says it again." });
    let clock = 1_764_000_000_000;
    const { connection, service } = await pair({ execute: ({ payload }) => { clock += 2; return payload === "no" ? Promise.reject(new Error("secret-7")) : Promise.resolve({ output: payload }); } }, { contract, now: () => clock });
    const asked = (where: string, payload?: string): Promise<Msg> => connection.request(where, payload, { timeout: 50_000 });
    const [subject, id] = [`caio.service.${contract.serviceId}`, contract.serviceId];
    expect((await asked(subject, '{"a":1}')).json()).toEqual({ a: 1 });
    for (const payload of ['"no"', "no JSON"]) {
      const refused = await asked(subject, payload);
      expect([refused.headers?.get("Nats-Service-Error-Code"), refused.headers?.get("Nats-Service-Error"), refused.data.length]).toEqual(["500", "ExecutionFailed", 0]);
    }
    expect((await asked(`$SRV.PING.${id}`)).json()).toMatchObject({ type: "io.nats.micro.v1.ping_response", name: id, id: service.instance, version: "1.0.0" });
    expect((await asked(`$SRV.INFO.${id}`)).json()).toMatchObject({ type: "io.nats.micro.v1.info_response", description: "Says it again.", endpoints: [{ name: "service", subject, queue_group: "q" }] });
    expect((await asked(`$SRV.STATS.${id}.${service.instance}`)).json()).toMatchObject({ type: "io.nats.micro.v1.stats_response", started: "2025-11-24T16:00:00.000Z", endpoints: [{ num_requests: 3, num_errors: 2, processing_time: 4_000_000 }] });
  });

  it("is not believed where it says what is no answer, and cannot make its caller publish elsewhere", async () => {
    const contract = sampleContract(freshName("svc"));
    const [rogue, watching] = [await connected(), await connected()];
    const reach = executor({ connection: await connected(), beatMs: 200 });
    const answers: string[] = [];
    const elsewhere: string[] = [];
    watching.subscribe("elsewhere.>", { callback: (_error, message) => { elsewhere.push(message.subject); } });
    rogue.subscribe(`caio.service.${contract.serviceId}`, {
      callback: (_error, message) => { for (const answer of answers) rogue.publish(message.reply ?? "", answer, { reply: "elsewhere.7" }); },
    });
    await Promise.all([rogue.flush(), watching.flush()]);
    const fault = async (...said: readonly string[]): Promise<unknown> => {
      answers.splice(0, answers.length, ...said);
      return await collect(reach.stream(callOf(contract), never)).then((events) => events, (error: unknown) => (error as CaioError).details["reason"]);
    };
    const delta = (seq: number): string => JSON.stringify({ seq, part: "delta", value: seq });
    expect(await fault("no JSON")).toBe("garbage");
    expect(await fault("{}")).toBe("garbage");
    expect(await fault(JSON.stringify({ seq: 1, part: "end", finish: 7 }))).toBe("garbage");
    expect(await fault(delta(1), delta(3))).toBe("gap");
    expect(await fault(delta(1), delta(1))).toBe("gap");
    expect(await fault(delta(2))).toBe("gap");
    expect(await fault(delta(1), JSON.stringify({ seq: 2, part: "beat" }))).toBe("gap");
    expect(await fault(JSON.stringify({ seq: 1, part: "error", code: "Whatever" }))).toBe("garbage");
    expect(await fault(delta(1))).toBe("silent");
    expect(await fault(...Array.from({ length: 5000 }, (_, at) => delta(at + 1)))).toBe("too_large");
    expect(await fault(delta(1), JSON.stringify({ seq: 2, part: "end", finish: "stop" }), delta(3))).toHaveLength(2);
    await watching.flush();
    expect(elsewhere).toEqual([]);
  });

  it("has its calls ended by nobody but its own caller", async () => {
    const open: (() => void)[] = [];
    const { contract, service, reach } = await pair({ execute: () => new Promise((resolve) => open.push(() => { resolve({ output: "done" }); })) }, { beatMs: 200 });
    const call = reach.execute(callOf(contract), never);
    await expect.poll(() => open.length).toBe(1);
    const [rogue, other] = [await connected(), sampleContract(freshName("svc"))];
    let told = 0;
    const control = `caio.control.${contract.serviceId}.${service.instance}.0`;
    const spy = await connected();
    spy.subscribe(control, { callback: () => { told += 1; } });
    rogue.subscribe(`caio.service.${other.serviceId}`, {
      callback: (_error, message) => {
        const { reply = "" } = message;
        // An answer, and then more, which names the other service's call as its own.
        rogue.publish(reply, JSON.stringify({ seq: 1, part: "result", output: 1 }), { reply: control });
        for (let late = 0; late < 5; late++) rogue.publish(reply, JSON.stringify({ seq: 1, part: "beat" }), { reply: control });
      },
    });
    await Promise.all([rogue.flush(), spy.flush()]);
    expect(await reach.execute(callOf(other), never)).toEqual({ output: 1 });
    await Promise.all([rogue.flush(), spy.flush()]);
    open[0]?.();
    expect([await call, told]).toEqual([{ output: "done" }, 0]);
  });

  it("fails at once when the servers are lost, and works again when they are back", async () => {
    const servers = await startNats({ jetstream: false });
    onTestFinished(() => servers.stop());
    const contract = sampleContract("echo");
    served({ connection: await connectedTo(servers.addresses), contract, handler: { execute: ({ payload }) => (payload === "hang" ? new Promise(() => undefined) : Promise.resolve({ output: payload })) } });
    const link = NatsLink.open({ servers: servers.addresses });
    onTestFinished(() => link.close());
    await link.first();
    const reach = executor({ connection: link.current });
    await expect.poll(async () => await reach.health(contract, never)).toEqual({ healthy: true });
    const under = reach.execute(callOf(contract, { payload: "hang" }), never).catch((error: unknown) => error);
    await servers.kill(0);
    expect(await under).toMatchObject({ code: "ServiceUnavailable", details: { reason: "cut" } });
    await expect(reach.execute(callOf(contract), never)).rejects.toMatchObject({ details: { reason: "not_connected" } });
    await servers.restart(0);
    await expect.poll(async () => await reach.execute(callOf(contract), never).catch((error: unknown) => (error as CaioError).code)).toEqual({ output: { text: "hello" } });
  });

  it("is served only under a contract of the protocol", async () => {
    const connection = await connected();
    const contract = sampleContract("svc", { api: { protocol: "inprocess" } });
    expect(() => serveOverNats({ connection, contract, handler: echo })).toThrow(expect.objectContaining({ code: "InvalidContract" }));
  });
});

it("a link that is closed before there was a server gives up", async () => {
  const faults: unknown[] = [];
  const link = NatsLink.open({ servers: ["127.0.0.1:1"], onFault: (fault) => faults.push(fault) });
  await expect.poll(() => faults.length).toBeGreaterThan(0);
  await link.close();
  expect([await link.first(), link.current()]).toEqual([undefined, undefined]);
});


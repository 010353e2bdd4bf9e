import { CaioError, digest } from "@caio/core";
import { auditLog } from "@caio/traceability";
import { describe, expect, test } from "vitest";

import type { Orchestration, OrchestrationEvent } from "../src/index.ts";
import { answers, contract, FakeServices, hangs, house, principal, request } from "./support/house.ts";
import { fails, goesOn, says, stalls, stops, StreamingServices } from "./support/streaming-services.ts";

const cheap = { cost: { model: "per_request", base_cost: "0.00001", currency: "USD" } };
const words = ["Gu", "ten", " Tag"];
const policy = (afterFirstByte: string, attempts = 3): string =>
  `caio_policy: 1\nid: house\nlimits: { deadline_ms: 3000 }\nfallback: { max_attempts: ${String(attempts)}, after_first_byte: ${afterFirstByte} }\n`;

async function collect(events: AsyncIterable<OrchestrationEvent>): Promise<{ kinds: string[]; deltas: unknown[]; end: Orchestration }> {
  const kinds: string[] = [];
  const deltas: unknown[] = [];
  let end: Orchestration | undefined;
  for await (const event of events) {
    expect(end).toBeUndefined();
    kinds.push(event.kind === "decided" || event.kind === "resumed" ? `${event.kind} ${event.decision.outcome.selected.service}` : event.kind);
    if (event.kind === "delta") deltas.push(event.value);
    if (event.kind === "ended") end = event.orchestration;
  }
  if (end === undefined) throw new Error("the stream stopped without a last word");
  return { kinds, deltas, end };
}

async function outcomes(traces: Awaited<ReturnType<typeof house>>["traces"], { attempts }: Orchestration): Promise<(string | null)[][]> {
  const all = await Promise.all(attempts.map(({ decision }) => traces.trace(decision.decisionId)));
  return all.map((trace) => (trace?.outcomes ?? []).flatMap(({ status, reason }) => [status, reason]));
}

describe("a stream", () => {
  test("decides, gives the parts as they come, and ends in words", async () => {
    const services = new StreamingServices({ a: says(words) });
    const { orchestrator, traces, maia } = await house(services, [contract("a")]);
    const { kinds, deltas, end } = await collect(orchestrator.stream(request(), principal));
    expect(kinds).toEqual(["decided a", "delta", "delta", "delta", "ended"]);
    expect(deltas).toEqual(words);
    expect(end).toMatchObject({ kind: "success", output: { language: "de" }, resultDigest: digest(words) });
    expect(end.attempts[0]?.enforcement.stream).toMatchObject({ deltas: 3, outputTokens: { count: 3, measure: "at_least" } });
    expect((await outcomes(traces, end))[0]?.[0]).toBe("success");
    expect(maia.signals).toHaveLength(1);
    expect(await auditLog(traces)).toEqual([]);
  });

  test("of an executor that cannot stream is one delta and an end", async () => {
    const { orchestrator } = await house(new FakeServices({ a: answers({ language: "de" }) }), [contract("a")]);
    const { kinds, deltas, end } = await collect(orchestrator.stream(request(), principal));
    expect(kinds).toEqual(["decided a", "delta", "ended"]);
    expect(deltas).toEqual([{ language: "de" }]);
    expect(end).toMatchObject({ kind: "success", output: { language: "de" } });
  });

  test("that is refused ends with the refusal", async () => {
    const { orchestrator } = await house(new StreamingServices({}), [contract("a")]);
    const none = request({ requirements: { capabilities: [{ type: "language.translate" }] } });
    const { kinds, end } = await collect(orchestrator.stream(none, principal));
    expect(kinds).toEqual(["ended"]);
    expect(end).toMatchObject({ kind: "refused", decision: { code: "NoMatchingService" } });
  });

  test("whose whole output breaks its schema is no success", async () => {
    const services = new StreamingServices({ a: says(words, { language: 7 }) });
    const { orchestrator } = await house(services, [contract("a")], { policy: policy("error", 1) });
    const { end } = await collect(orchestrator.stream(request(), principal));
    expect(end).toMatchObject({ kind: "failed", interrupted: true, error: { code: "GuaranteeViolation" } });
  });
});

describe("before the first delta", () => {
  test.each([
    ["fails", fails([]), "error"],
    ["stops without a word", stops([]), "error"],
    ["says nothing in its share of the time", stalls([]), "timeout"],
  ] as const)("a service that %s is left for the next by a new decision", async (_name, behaviour, status) => {
    const services = new StreamingServices({ a: behaviour, b: says(words) });
    const { orchestrator } = await house(services, [contract("a", cheap), contract("b")], { policy: policy("error") });
    const { kinds, deltas, end } = await collect(orchestrator.stream(request(), principal));
    expect(kinds).toEqual(["decided a", "decided b", "delta", "delta", "delta", "ended"]);
    expect(deltas).toEqual(words);
    expect(end.kind).toBe("success");
    expect(end.attempts.map(({ enforcement }) => enforcement.status)).toEqual([status, "success"]);
    expect(end.attempts[1]?.decision.certificate.lineage).toEqual({
      parent: end.attempts[0]?.decision.decisionId,
      excluded: [{ service: "a", model: null }],
    });
  });

  test("a service that is not reached is called again, under the same idempotency key", async () => {
    let times = 0;
    const services = new StreamingServices({ a: (call, signal) => (++times < 3 ? fails([]) : says(words))(call, signal) });
    const { orchestrator } = await house(services, [contract("a")], { policy: `${policy("error")}retry: { max_attempts: 3, backoff_ms: 1 }\n` });
    const { end } = await collect(orchestrator.stream(request(), principal));
    expect(end.kind).toBe("success");
    expect(services.calls).toHaveLength(3);
    expect(new Set(services.calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  });

  test("a service that asks for a longer pause than the policy's is not called again", async () => {
    const busy = new CaioError("ServiceUnavailable", "Service a: busy.", { details: { service: "a", retry_after_ms: 5000 } });
    const services = new StreamingServices({ a: fails([], busy), b: says(words) });
    const retrying = `${policy("error")}retry: { max_attempts: 3, backoff_ms: 1 }\n`;
    const { orchestrator } = await house(services, [contract("a", cheap), contract("b")], { policy: retrying });
    const { kinds } = await collect(orchestrator.stream(request(), principal));
    expect(kinds).toEqual(["decided a", "decided b", "delta", "delta", "delta", "ended"]);
    expect(services.calls).toHaveLength(2);
  });
});

describe("after the first delta", () => {
  test.each([
    ["fails", fails(["Gu"]), "ServiceUnavailable,interrupted"],
    ["stops without an end", stops(["Gu"]), "ExecutionFailed,interrupted"],
    ["stalls", stalls(["Gu"]), "between_deltas_us,interrupted"],
  ] as const)("a service that %s ends the request, typed and interrupted, and nobody else is called", async (_name, behaviour, reason) => {
    const services = new StreamingServices({ a: behaviour, b: says(words) }, ["b"]);
    const ports = { streamLimits: { betweenDeltasUs: 100_000 } };
    const retrying = `${policy("error")}retry: { max_attempts: 3, backoff_ms: 1 }\n`;
    const { orchestrator, traces } = await house(services, [contract("a", cheap), contract("b")], { policy: retrying, ports });
    const { kinds, deltas, end } = await collect(orchestrator.stream(request(), principal));
    expect(kinds).toEqual(["decided a", "delta", "ended"]);
    expect(deltas).toEqual(["Gu"]);
    expect(end).toMatchObject({ kind: "failed", interrupted: true });
    expect((await outcomes(traces, end)).map(([, why]) => why)).toEqual([reason]);
    expect(services.calls).toHaveLength(1);
  });

  test("the next service goes on, if the policy and its protocol allow it", async () => {
    const services = new StreamingServices({ a: fails(["Gu", "ten"]), b: goesOn(words) }, ["b"]);
    const { orchestrator, traces } = await house(services, [contract("a", cheap), contract("b")], { policy: policy("resume") });
    const { kinds, deltas, end } = await collect(orchestrator.stream(request(), principal));
    expect(kinds).toEqual(["decided a", "delta", "delta", "resumed b", "delta", "ended"]);
    expect(deltas).toEqual(words);
    expect(end).toMatchObject({ kind: "success", resultDigest: digest(words) });
    expect(await outcomes(traces, end)).toEqual([["error", "ServiceUnavailable,interrupted"], ["success", null]]);
    expect(services.calls[1]?.resume).toEqual({ deltas: ["Gu", "ten"] });
    expect(end.attempts[1]?.decision.certificate.lineage?.parent).toBe(end.attempts[0]?.decision.decisionId);
  });

  test("one that cannot go on is passed over", async () => {
    const services = new StreamingServices({ a: fails(["Gu"]), b: says(words), c: goesOn(words) }, ["c"]);
    const contracts = [contract("a", cheap), contract("b", cheap), contract("c")];
    const { orchestrator } = await house(services, contracts, { policy: policy("resume") });
    // The order of a and b is a tie, so it is drawn by the key: only runs that begin with a say something.
    for (let run = 0; run < 6; run++) {
      services.calls.length = 0;
      const { kinds, end } = await collect(orchestrator.stream(request(), principal));
      if (kinds[0] !== "decided a") continue;
      expect(kinds).toEqual(["decided a", "delta", "resumed c", "delta", "delta", "ended"]);
      expect(end.kind).toBe("success");
      expect(services.calls.map((call) => call.contract.serviceId)).toEqual(["a", "c"]);
    }
  });

  test("with nobody to go on, the error of the one who broke off is the last word", async () => {
    const services = new StreamingServices({ a: fails(["Gu"]) });
    const { orchestrator } = await house(services, [contract("a")], { policy: policy("resume") });
    const { kinds, end } = await collect(orchestrator.stream(request(), principal));
    expect(kinds).toEqual(["decided a", "delta", "ended"]);
    expect(end).toMatchObject({ kind: "failed", interrupted: true, error: { code: "ServiceUnavailable" } });
  });
});

describe("a caller who goes away", () => {
  test.each(["leaves between deltas", "leaves while waiting", "aborts its signal"])("and %s ends the service's call at once, and the log says so", async (how) => {
    const services = new StreamingServices({ a: stalls(["Gu"]), b: says(words) }, ["b"]);
    const { orchestrator, traces } = await house(services, [contract("a", cheap), contract("b")], { policy: policy("resume") });
    const gone = new AbortController();
    const stream = orchestrator.stream(request(), principal, { signal: gone.signal });
    const first = await stream.next();
    if (first.done === true || first.value.kind !== "decided") throw new Error("expected a decision");
    expect((await stream.next()).value).toEqual({ kind: "delta", value: "Gu" });
    const waiting = how === "leaves between deltas" ? undefined : stream.next();
    if (how === "aborts its signal") gone.abort();
    else await stream.return();
    expect(services.signals[0]?.aborted).toBe(true);
    const last = await waiting;
    if (how === "aborts its signal") {
      expect(last?.value).toMatchObject({ kind: "ended", orchestration: { kind: "failed", interrupted: true } });
      expect((await stream.next()).done).toBe(true);
    }
    const trace = await traces.trace(first.value.decision.decisionId);
    expect(trace?.outcomes.map(({ status }) => status)).toEqual(["cancelled"]);
    expect(services.calls).toHaveLength(1);
  });

  test("before asking for anything, nothing is decided", async () => {
    const { orchestrator, traces } = await house(new StreamingServices({ a: says(words) }), [contract("a")]);
    await orchestrator.stream(request(), principal).return();
    expect(traces.head.size).toBe(0);
  });

  test("while a service that answers whole is at work", async () => {
    const { orchestrator } = await house(new FakeServices({ a: hangs }), [contract("a")]);
    const stream = orchestrator.stream(request(), principal);
    await stream.next();
    const waiting = stream.next();
    await stream.return();
    expect((await waiting).value).toMatchObject({ kind: "ended", orchestration: { kind: "failed", attempts: [{ enforcement: { status: "cancelled" } }] } });
  });
});

import { ContractParser, type ServiceCall, type ServiceContract, type ServiceExecutor } from "@caio/contracts";
import { CaioError } from "@caio/core";
import type { Clock } from "@caio/guarantees";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { CircuitBreakers } from "../src/wiring/resilience/circuit-breakers.ts";
import { LimitedExecutor } from "../src/wiring/resilience/limited-executor.ts";
import { MinuteWindow } from "../src/wiring/resilience/minute-window.ts";

const contractOf = (constraints: object): ServiceContract =>
  new ContractParser().parse(JSON.stringify({ service_id: "one", version: "1.0.0", capabilities: ["inference.chat"], constraints }));

function callOf(contract: ServiceContract): ServiceCall {
  return { decisionId: "d", idempotencyKey: "d", contract, model: null, endpoint: undefined, payload: null, deadlineUs: 1_000_000 };
}

/** A service that answers when it is told to. */
class Held implements ServiceExecutor {
  readonly protocols = ["inprocess"] as const;
  readonly answers: (() => void)[] = [];
  execute(): Promise<{ output: string }> {
    return new Promise((resolve) => this.answers.push(() => { resolve({ output: "hi" }); }));
  }
  health(): Promise<{ healthy: boolean }> {
    return Promise.resolve({ healthy: true });
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function world(): { readonly clock: Clock; readonly time: { us: number }; readonly held: Held; readonly limited: LimitedExecutor; readonly circuits: CircuitBreakers } {
  const time = { us: 0 };
  const clock: Clock = { nowUs: () => time.us, setTimer: () => () => undefined };
  const held = new Held();
  const circuits = new CircuitBreakers();
  return { clock, time, held, circuits, limited: new LimitedExecutor(held, circuits, clock) };
}

const never = new AbortController().signal;

describe("what contracts say their services take", () => {
  it("is never passed by calls in flight, plain or streamed, and those that end or are aborted make room", async () => {
    const { held, limited } = world();
    const call = callOf(contractOf({ max_concurrent_requests: 2 }));
    const gone = new AbortController();
    const first = limited.execute(call, never);
    const second = limited.stream(call, gone.signal);
    const pulled = second.next();
    await expect(limited.execute(call, never)).rejects.toMatchObject({ code: "ServiceUnavailable", details: { service: "one", reason: "concurrency", retry_after_ms: 1000, not_sent: true } });
    gone.abort();
    const third = limited.execute(call, never);
    await expect(limited.execute(call, never)).rejects.toBeInstanceOf(CaioError);
    for (const answer of held.answers) answer();
    expect(await first).toEqual({ output: "hi" });
    await Promise.all([third, pulled]);
    for (let at = 0; at < 3; at++) {
      const kinds = [];
      const stream = limited.stream(call, never);
      const begun = stream.next();
      await new Promise((resolve) => setImmediate(resolve));
      held.answers.at(-1)?.();
      kinds.push((await begun).value?.kind);
      for await (const { kind } of stream) kinds.push(kind);
      expect(kinds).toEqual(["delta", "end"]);
    }
  });

  it("is never passed by calls within a minute", async () => {
    const { held, limited, time } = world();
    const call = callOf(contractOf({ rate_limit: { per_minute: 3 } }));
    const send = async (): Promise<unknown> => {
      const sent = limited.execute(call, never).catch((error: unknown) => error);
      held.answers.at(-1)?.();
      return await sent;
    };
    for (let at = 0; at < 3; at++) {
      time.us += 1_000_000;
      expect(await send()).toEqual({ output: "hi" });
    }
    expect(await send()).toMatchObject({ details: { reason: "rate", retry_after_ms: 58_000, not_sent: true } });
    time.us += 58_000_000;
    expect(await send()).toEqual({ output: "hi" });
  });

  it("holds for any minute whatever the times, and what it says of the next moment is true", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 100 }), (perMinute, steps) => {
        const window = new MinuteWindow();
        const taken: number[] = [];
        let now = 0;
        for (const step of steps) {
          now += step;
          const waitMs = window.take(perMinute, now);
          if (waitMs > 0) {
            expect(window.take(perMinute, now + waitMs - 1)).toBe(1);
            now += waitMs;
            expect(window.take(perMinute, now)).toBe(0);
          }
          taken.push(now);
          expect(taken.filter((time) => time > now - 60_000).length).toBeLessThanOrEqual(perMinute);
        }
      }),
    );
  });
});

describe("the circuit of a service", () => {
  it("opens after failures in a row, lets one probe through, and closes or stays open by it", () => {
    const seen: string[] = [];
    const circuits = new CircuitBreakers({ openMs: 1000 }, (name, state) => seen.push(`${name} ${state}`));
    for (let at = 0; at < 4; at++) circuits.note("one", true, at);
    circuits.note("one", false, 4);
    for (let at = 5; at < 9; at++) circuits.note("one", true, at);
    expect(circuits.admit("one", 9)).toBe(0);
    circuits.note("one", true, 10);
    expect(circuits.admit("one", 10)).toBe(1000);
    expect(circuits.admit("two", 10)).toBe(0);
    expect(circuits.admit("one", 1010)).toBe(0);
    expect(circuits.admit("one", 1011)).toBe(999);
    circuits.note("one", true, 1020);
    expect(circuits.admit("one", 1021)).toBe(1999);
    expect(circuits.admit("one", 3020)).toBe(0);
    circuits.note("one", false, 3030);
    expect(circuits.admit("one", 3030)).toBe(0);
    expect(seen).toEqual(["one open", "one probing", "one open", "one probing", "one closed"]);
  });

  it("opens by the share of failures, and waits for no probe that is lost", () => {
    const circuits = new CircuitBreakers({ openMs: 1000 });
    for (let at = 0; circuits.state("one") === "closed" && at < 100; at++) circuits.note("one", at % 3 !== 0, at);
    expect(circuits.state("one")).toBe("open");
    expect(circuits.admit("one", 2000)).toBe(0);
    expect(circuits.admit("one", 2500)).toBe(500);
    expect(circuits.admit("one", 3000)).toBe(0);
  });

  it("keeps calls from the service", async () => {
    const { circuits, limited, held } = world();
    const call = callOf(contractOf({}));
    for (let at = 0; at < 5; at++) circuits.note("one", true, 0);
    await expect(limited.execute(call, never)).rejects.toMatchObject({ details: { reason: "circuit_open", not_sent: true } });
    expect(held.answers).toEqual([]);
  });
});

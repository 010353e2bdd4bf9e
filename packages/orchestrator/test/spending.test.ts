import { CaioError } from "@caio/core";
import type { MeasuredHealth } from "@caio/guarantees";
import { describe, expect, it } from "vitest";

import type { Attempt, CostlyCall, MonitorPort, Spending } from "../src/index.ts";
import { answers, contract, FakeServices, hangs, house, principal, request, type Behaviour } from "./support/house.ts";

/** A purse that writes down what is asked of it. */
class Purse implements Spending {
  readonly entries: string[] = [];
  readonly #left: () => number;

  constructor(left: () => number) {
    this.#left = left;
  }

  reserve({ id, capMicros }: CostlyCall): ReturnType<Spending["reserve"]> {
    const number = id.split("/")[1] ?? "";
    if (capMicros === null || capMicros > this.#left()) {
      this.entries.push(`refused ${number}`);
      return Promise.resolve({ granted: false, error: new CaioError("BudgetExceeded", "Nothing is left.") });
    }
    this.entries.push(`reserved ${number} ${String(capMicros)}`);
    return Promise.resolve({
      granted: true,
      settle: (cost) => {
        this.entries.push(`settled ${number} ${String(cost)}`);
        return Promise.resolve();
      },
      release: () => {
        this.entries.push(`released ${number}`);
        return Promise.resolve();
      },
    });
  }
}

const busy: Behaviour = () => Promise.reject(new CaioError("ServiceUnavailable", "Service one: busy.", { details: { service: "one" } }));
const heldBack: Behaviour = () => Promise.reject(new CaioError("ServiceUnavailable", "Service one: at its limit.", { details: { service: "one", not_sent: true } }));
const retrying = "caio_policy: 1\nid: house\nretry: { max_attempts: 3, backoff_ms: 1 }\n";
const dearFirst = 'caio_policy: 1\nid: house\nrules:\n  - { id: dear-first, prefer: { if: \'service.id == "dear"\', amount: 1 }, reason: better }\n';
const dear = contract("dear", { cost: { model: "per_request", base_cost: "0.0003", currency: "USD" } });
const good = answers({ language: "de" });

describe("money between decision and call", () => {
  it("is reserved at the cap and settled with what the call cost", async () => {
    const spending = new Purse(() => 1000);
    const { orchestrator } = await house(new FakeServices({ one: good }), [contract("one")], { ports: { spending } });
    expect((await orchestrator.orchestrate(request(), principal)).kind).toBe("success");
    expect(spending.entries).toEqual(["reserved 1 100", "settled 1 100"]);
  });

  it("refuses before anything is called, and blames no service", async () => {
    const services = new FakeServices({ one: good });
    const { orchestrator, history } = await house(services, [contract("one")], { ports: { spending: new Purse(() => 99) } });
    const ended = await orchestrator.orchestrate(request(), principal);
    expect(ended).toMatchObject({ kind: "failed", error: { code: "BudgetExceeded" }, attempts: [] });
    expect(services.calls).toEqual([]);
    await orchestrator.decide(request(), principal);
    expect((await history.latest()).leaves).toEqual([]);
  });

  it("that is left is the budget of the decision: what costs more is not chosen", async () => {
    const left = [1000, 250, 99];
    const spending: Spending = Object.assign(new Purse(() => 1000), { remaining: () => Promise.resolve(left.shift()) });
    const { orchestrator } = await house(new FakeServices({ one: good, dear: good }), [contract("one"), dear], { policy: dearFirst, ports: { spending } });
    const ends = [await orchestrator.orchestrate(request(), principal), await orchestrator.orchestrate(request(), principal), await orchestrator.orchestrate(request(), principal)];
    expect(ends.map(({ decision }) => (decision.kind === "chosen" ? decision.outcome.selected.service : decision.code))).toEqual(["dear", "one", "BudgetExceeded"]);
    expect(ends[1]?.decision).toMatchObject({ outcome: { limits: { budgetMicros: 250 } } });
    const asked = await orchestrator.decide(request({ limits: { budget: "0.0002", currency: "USD" } }), principal);
    expect(asked.decision).toMatchObject({ kind: "chosen", outcome: { limits: { budgetMicros: 200 } } });
  });

  it("that others spent between decision and call is no end: on what is left then, another is chosen", async () => {
    const left = [1000, 250];
    const purse = new Purse(() => 250);
    const spending: Spending = Object.assign(purse, { remaining: () => Promise.resolve(left.shift() ?? 0) });
    const services = new FakeServices({ one: good, dear: good });
    const { orchestrator, traces } = await house(services, [contract("one"), dear], { policy: dearFirst, ports: { spending } });
    const ended = await orchestrator.orchestrate(request(), principal);
    expect(ended).toMatchObject({ kind: "success", decision: { outcome: { selected: { service: "one" } } }, attempts: [{ attempt: 2 }] });
    expect(services.calls.map((call) => call.contract.serviceId)).toEqual(["one"]);
    expect(purse.entries).toEqual(["refused 1", "reserved 1 100", "settled 1 100"]);
    expect(await traces.trace(ended.decision.decisionId)).toBeDefined();
  });

  it("is reserved for every retry; a retry that cannot be paid is not made, and the failure before it stands", async () => {
    const spending = new Purse(() => 1000);
    const { orchestrator } = await house(new FakeServices({ one: busy }), [contract("one")], { policy: retrying, ports: { spending } });
    await orchestrator.orchestrate(request(), principal);
    expect(spending.entries).toEqual([1, 2, 3].flatMap((call) => [`reserved ${String(call)} 100`, `settled ${String(call)} undefined`]));
    let left = 2;
    const short = new Purse(() => (left-- > 0 ? 1000 : 0));
    const again = await house(new FakeServices({ one: busy }), [contract("one")], { policy: retrying, ports: { spending: short } });
    expect(await again.orchestrator.orchestrate(request(), principal)).toMatchObject({ kind: "refused", attempts: [{ enforcement: { error: { code: "ServiceUnavailable" } } }] });
    expect(short.entries.at(-1)).toBe("refused 3");
  });

  it("is given back where nothing was sent, and follows the fallback", async () => {
    const spending = new Purse(() => 1000);
    const two = contract("two", { cost: { model: "per_request", base_cost: "0.0003", currency: "USD" } });
    const { orchestrator } = await house(new FakeServices({ one: heldBack, two: good }), [contract("one"), two], { ports: { spending } });
    const ended = await orchestrator.orchestrate(request(), principal);
    expect(ended).toMatchObject({ kind: "success", attempts: [{ sent: false }, { sent: true }] });
    expect(spending.entries).toEqual(["reserved 1 100", "released 1", "reserved 1 300", "settled 1 300"]);
  });

  it("counts a stream whose caller leaves with the most it could cost", async () => {
    const spending = new Purse(() => 1000);
    const services = new FakeServices({ one: hangs });
    const { orchestrator } = await house(services, [contract("one")], { ports: { spending } });
    const events = orchestrator.stream(request(), principal);
    expect((await events.next()).value).toMatchObject({ kind: "decided" });
    const waiting = events.next();
    await expect.poll(() => services.calls.length, { timeout: 20_000 }).toBe(1);
    await events.return();
    await waiting;
    expect(spending.entries).toEqual(["reserved 1 100", "settled 1 undefined"]);
  });

  it("loses no result to a ledger that fails afterwards", async () => {
    const faults: string[] = [];
    const spending: Spending = { reserve: () => Promise.resolve({ granted: true, settle: () => Promise.reject(new Error("disk")), release: () => Promise.resolve() }) };
    const { orchestrator } = await house(new FakeServices({ one: good }), [contract("one")], { ports: { spending, onFault: (where) => faults.push(where) } });
    expect((await orchestrator.orchestrate(request(), principal)).kind).toBe("success");
    expect(faults).toEqual(["spending"]);
  });
});

describe("a monitor beside", () => {
  it("is told of what was sent, and its word holds from the next version of H on", async () => {
    const seen: Attempt[] = [];
    let measured: MeasuredHealth = { health: "healthy", promises: [] };
    const monitor: MonitorPort = { observe: (attempt) => seen.push(attempt), healthOf: () => measured };
    const { orchestrator, history } = await house(new FakeServices({ one: good }), [contract("one")], { ports: { monitor } });
    await orchestrator.orchestrate(request(), principal);
    expect(seen.map(({ enforcement }) => enforcement.status)).toEqual(["success"]);
    measured = { health: "unhealthy", promises: [] };
    expect((await orchestrator.decide(request(), principal)).decision).toMatchObject({ kind: "refused", code: "NoMatchingService" });
    const { version } = await history.latest();
    expect((await orchestrator.decide(request(), principal)).decision.kind).toBe("refused");
    expect((await history.latest()).version).toBe(version);
    measured = { health: "healthy", promises: [] };
    orchestrator.remeasure([{ service: "one", model: null }, { service: "unknown", model: null }]);
    expect((await orchestrator.decide(request(), principal)).decision.kind).toBe("chosen");
    expect((await history.latest()).leaves.map(({ service, health, outcomes }) => [service, health, outcomes])).toEqual([["one", "healthy", 1]]);
  });
});

import { CaioError, canonicalJson, digest, leafHash, sha256Hex, verifyInclusionPath } from "@caio/core";
import { contractDigest } from "@caio/contracts";
import { ControlIntegrator, encodeContract, HashingEncoder } from "@caio/control";
import type { Clock } from "@caio/guarantees";
import { parsePolicySet } from "@caio/rules";
import { auditLog, InMemoryTraceStore, TraceabilitySystem } from "@caio/traceability";
import { describe, expect, test } from "vitest";

import { InMemoryHistoryStore, PolicySnapshot, type ApprovalRequest, type Orchestration } from "../src/index.ts";
import { answers, contract, FakeServices, hangs, house, principal, request } from "./support/house.ts";

const cheap = { cost: { model: "per_request", base_cost: "0.00001", currency: "USD" } };
const german = answers({ language: "de" });

function expectSuccess(result: Orchestration): Extract<Orchestration, { kind: "success" }> {
  if (result.kind !== "success") throw new Error(`expected a success, got ${result.kind}`);
  return result;
}

describe("orchestrate", () => {
  test("decides, executes and returns what kept its promise", async () => {
    const services = new FakeServices({ a: german });
    const { orchestrator } = await house(services, [contract("a")]);
    const result = expectSuccess(await orchestrator.orchestrate(request(), principal));
    expect(result.output).toEqual({ language: "de" });
    expect(result.resultDigest).toBe(digest({ language: "de" }));
    expect(services.calls).toHaveLength(1);
    expect(services.calls[0]?.idempotencyKey).toBe(result.decision.decisionId);
  });

  test("logs versions, then the decision, then the outcome, each provably in the log", async () => {
    const { orchestrator, traces } = await house(new FakeServices({ a: german }), [contract("a")]);
    const { decision } = expectSuccess(await orchestrator.orchestrate(request(), principal));
    const kinds = [];
    for (let index = 0; index < traces.head.size; index++) {
      const entry = await traces.entry(index);
      kinds.push(entry?.kind);
      const path = traces.inclusionProof(index);
      expect(verifyInclusionPath(leafHash(canonicalJson(entry ?? null)), index, traces.head.size, path, traces.head.root)).toBe(true);
    }
    expect(kinds).toEqual(["registry", "policy", "history", "decision", "outcome"]);
    expect(decision.certificate.inputs.registry.logIndex).toBe(0);
    expect(decision.certificate.inputs.history.logIndex).toBe(2);
    const trace = await traces.trace(decision.decisionId);
    expect(trace?.outcomes.map(({ status }) => status)).toEqual(["success"]);
    expect(trace?.certificate).toBe(digest(decision.certificate));
    expect(await traces.certificate(decision.decisionId)).toBe(canonicalJson(decision.certificate));
  });

  test("what a request says is heard once, however often it is decided, and u answers the decision that succeeded", async () => {
    const heard: number[] = [];
    const signals: string[] = [];
    const control = new ControlIntegrator({
      encoder: new HashingEncoder(),
      maia: {
        hear: (said) => (heard.push(said.length), Promise.resolve()),
        readIntent: () => Promise.resolve({ field: new HashingEncoder().encode("of MAIA"), rate: new HashingEncoder().encode("moving") }),
        sendControl: ({ kind }) => (signals.push(kind), Promise.resolve()),
      },
    });
    const services = new FakeServices({ a: () => Promise.reject(new CaioError("ServiceUnavailable", "away")), b: german });
    const { orchestrator } = await house(services, [contract("a", cheap), contract("b")], { ports: { control } });
    const result = expectSuccess(await orchestrator.orchestrate(request(), principal));
    expect(result.attempts.map(({ decision }) => decision.outcome.selected.service)).toEqual(["a", "b"]);
    expect(heard).toEqual([128]);
    expect(signals).toEqual(["steer"]);
  });

  test("the decision is in the log before the service is called", async () => {
    let logged = 0;
    const services = new FakeServices({
      a: () => {
        logged = traces.head.size;
        return Promise.resolve({ output: { language: "de" } });
      },
    });
    const { orchestrator, traces } = await house(services, [contract("a")]);
    await orchestrator.orchestrate(request(), principal);
    expect(logged).toBe(4);
  });

  test("a refusal is a value with a certificate and a trace", async () => {
    const services = new FakeServices({ a: german });
    const { orchestrator, traces } = await house(services, [contract("a")]);
    const result = await orchestrator.orchestrate(
      request({ requirements: { capabilities: [{ type: "language.translate" }] } }),
      principal,
    );
    expect(result.kind).toBe("refused");
    if (result.kind !== "refused") return;
    expect(result.decision.code).toBe("NoMatchingService");
    expect((await traces.trace(result.decision.decisionId))?.outcome).toBe("NoMatchingService");
    expect(services.calls).toHaveLength(0);
  });

  test("outcomes become a version of H that the next decision names", async () => {
    const { orchestrator, history } = await house(new FakeServices({ a: german }), [contract("a")]);
    const first = expectSuccess(await orchestrator.orchestrate(request(), principal));
    const second = expectSuccess(await orchestrator.orchestrate(request(), principal));
    expect(first.decision.certificate.inputs.history.version).toBe(0);
    expect(second.decision.certificate.inputs.history.version).toBe(1);
    expect((await history.latest()).leaves.map(({ service, outcomes }) => [service, outcomes])).toEqual([["a", 1]]);
  });

  test("successes wait for each other up to the time given; a failure and a doubt do not wait", async () => {
    let nowUs = 0;
    let fails = false;
    const services = new FakeServices({ a: (call, signal) => (fails ? Promise.reject(new CaioError("ServiceUnavailable", "away")) : german(call, signal)) });
    const ports = { clock: { nowUs: () => nowUs, setTimer: () => () => undefined }, learnEveryUs: 1000 };
    const { orchestrator } = await house(services, [contract("a")], { ports });
    const versionAfter = async (atUs: number): Promise<number> => {
      nowUs = atUs;
      const { decision } = await orchestrator.orchestrate(request(), principal);
      return decision.certificate.inputs.history.version;
    };
    // The first that waits has nothing to wait for.
    expect([await versionAfter(0), await versionAfter(10), await versionAfter(20), await versionAfter(1009)]).toEqual([0, 1, 1, 1]);
    expect(await versionAfter(1010)).toBe(2);
    fails = true;
    // Even the decision to fall back, here a refusal, knows of the failure before it.
    expect([await versionAfter(1020), await versionAfter(1030)]).toEqual([3, 4]);
  });

  test("what waits is learned, once, when it is asked for", async () => {
    const ports = { clock: { nowUs: () => 0, setTimer: () => () => undefined }, learnEveryUs: 1_000_000, outcomesBehind: true };
    const { orchestrator, history } = await house(new FakeServices({ a: german }), [contract("a")], { ports });
    for (let at = 0; at < 3; at++) await orchestrator.orchestrate(request(), principal);
    await orchestrator.learnNow();
    expect((await history.latest()).leaves.map(({ outcomes }) => outcomes)).toEqual([3]);
    const { version } = await history.latest();
    await orchestrator.learnNow();
    expect((await history.latest()).version).toBe(version);
  });

  test("an outcome may be logged behind the answer, and is waited for when asked", async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((done) => { letGo = done; });
    class SlowOutcomes extends InMemoryTraceStore {
      override async append(start: number, entries: Parameters<InMemoryTraceStore["append"]>[1]): Promise<void> {
        if (entries.some(({ keys }) => keys.kind === "outcome")) await held;
        await super.append(start, entries);
      }
    }
    const traces = await TraceabilitySystem.open(new SlowOutcomes());
    const { orchestrator, history } = await house(new FakeServices({ a: german }), [contract("a")], { ports: { traces, outcomesBehind: true } });
    const { decision } = expectSuccess(await orchestrator.orchestrate(request(), principal));
    expect((await traces.trace(decision.decisionId))?.outcomes).toEqual([]);
    letGo();
    await orchestrator.settled();
    expect((await traces.trace(decision.decisionId))?.outcomes).toHaveLength(1);
    await orchestrator.decide(request(), principal);
    expect((await history.latest()).leaves.map(({ outcomes }) => outcomes)).toEqual([1]);
  });

  test("an outcome behind the answer shares the commit of the next decision, and waits for none that does not come", async () => {
    const batches: string[][] = [];
    class Counting extends InMemoryTraceStore {
      override async append(start: number, entries: Parameters<InMemoryTraceStore["append"]>[1]): Promise<void> {
        batches.push(entries.map(({ keys }) => keys.kind));
        await super.append(start, entries);
      }
    }
    const traces = await TraceabilitySystem.open(new Counting());
    const timers: (() => void)[] = [];
    const clock = { nowUs: () => 0, setTimer: (_delayUs: number, wake: () => void) => (timers.push(wake), () => undefined) };
    const ports = { traces, clock, outcomesBehind: true, learnEveryUs: 1_000_000 };
    const { orchestrator } = await house(new FakeServices({ a: german }), [contract("a")], { ports });
    for (let index = 0; index < 2; index++) expectSuccess(await orchestrator.orchestrate(request(), principal));
    expect(batches).toEqual([["registry", "policy", "history", "decision"], ["outcome", "decision"]]);
    // Among the timers is that of the outcome that still waits; those of calls that have ended do nothing.
    for (const wake of timers) wake();
    await orchestrator.settled();
    expect(batches.at(-1)).toEqual(["outcome"]);
  });

  test("sends u of the decision to MAIA after a success", async () => {
    const { orchestrator, maia } = await house(new FakeServices({ a: german }), [contract("a")]);
    const { decision } = expectSuccess(await orchestrator.orchestrate(request(), principal));
    expect(maia.signals).toEqual([decision.outcome.control]);
  });
});

describe("a broken promise", () => {
  const policy = "caio_policy: 1\nid: house\nlimits: { deadline_ms: 2000 }\nfallback: { max_attempts: 2 }\n";

  test.each([
    ["hangs", hangs, "timeout"],
    ["dies", () => Promise.reject(new Error("socket closed")), "error"],
    ["throws at once", () => { throw new TypeError("boom"); }, "error"],
    ["answers garbage", answers("no object"), "violation"],
    ["lies about its schema", answers({ language: 7 }), "violation"],
  ] as const)("a service that %s is left for the next one by a new decision", async (_name, behaviour, status) => {
    const services = new FakeServices({ a: behaviour, b: german });
    const { orchestrator, traces } = await house(services, [contract("a", cheap), contract("b")], { policy });
    const result = expectSuccess(await orchestrator.orchestrate(request(), principal));
    expect(result.attempts.map(({ decision, enforcement }) => [decision.outcome.selected.service, enforcement.status])).toEqual([
      ["a", status],
      ["b", "success"],
    ]);
    const [first, second] = result.attempts;
    expect(second?.decision.certificate.lineage).toEqual({
      parent: first?.decision.decisionId,
      excluded: [{ service: "a", model: null }],
    });
    expect(second?.decision.verdicts.find(({ service }) => service === "a")).toMatchObject({ step: 1, clause: "excluded" });
    const limits = second?.decision.outcome.limits;
    expect(limits?.deadlineUs).toBeLessThan(2_000_000);
    expect((await traces.trace(result.decision.decisionId))?.parent).toBe(first?.decision.decisionId);
  });

  test("without fallback the typed error is returned and nothing else is called", async () => {
    const services = new FakeServices({ a: answers({ language: 7 }), b: german });
    const { orchestrator } = await house(services, [contract("a", cheap), contract("b")], { policy });
    const result = await orchestrator.orchestrate(request({ fallback: false }), principal);
    expect(result.kind === "failed" && result.error.code).toBe("GuaranteeViolation");
    expect(services.calls).toHaveLength(1);
  });

  test("no more attempts than the policy allows", async () => {
    const services = new FakeServices({ a: answers(1), b: answers(2), c: german });
    const contracts = [contract("a", cheap), contract("b", cheap), contract("c")];
    const { orchestrator } = await house(services, contracts, { policy });
    const result = await orchestrator.orchestrate(request(), principal);
    expect(result.kind).toBe("failed");
    expect(services.calls).toHaveLength(2);
  });

  test("a cancelled call is not tried elsewhere", async () => {
    const services = new FakeServices({ a: hangs, b: german });
    const { orchestrator } = await house(services, [contract("a", cheap), contract("b")], { policy });
    const gone = new AbortController();
    const pending = orchestrator.orchestrate(request(), principal, { signal: gone.signal });
    await expect.poll(() => services.calls.length, { timeout: 20_000 }).toBe(1);
    gone.abort();
    const result = await pending;
    expect(result.kind).toBe("failed");
    expect(result.attempts.map(({ enforcement }) => enforcement.status)).toEqual(["cancelled"]);
    expect(services.calls).toHaveLength(1);
  });

  test("a service that is not reached is called again under the same idempotency key", async () => {
    let times = 0;
    const services = new FakeServices({
      a: () => {
        times++;
        return times < 3 ? Promise.reject(unavailable()) : Promise.resolve({ output: { language: "de" } });
      },
    });
    const retrying = `${policy}retry: { max_attempts: 3, backoff_ms: 1 }\n`;
    const { orchestrator } = await house(services, [contract("a")], { policy: retrying });
    expectSuccess(await orchestrator.orchestrate(request(), principal));
    expect(new Set(services.calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(services.calls).toHaveLength(3);
  });
});

describe("what remains", () => {
  const dear = { cost: { model: "per_request", base_cost: "0.3", currency: "USD" } };
  const policy = "caio_policy: 1\nid: house\nlimits: { deadline_ms: 60000 }\nfallback: { max_attempts: 4 }\n";

  test("each fallback has the budget and the time less what was used so far, once", async () => {
    const services = new FakeServices({ a: answers(1), b: answers(2), c: german });
    const contracts = [contract("a", dear), contract("b", dear), contract("c", dear)];
    const { orchestrator } = await house(services, contracts, { policy });
    const limits = { budget: "1", currency: "USD" };
    for (const seed of ["1", "2", "3", "4", "5", "6"]) {
      const result = expectSuccess(await orchestrator.orchestrate(request({ limits }), principal, { testKey: sha256Hex(seed) }));
      const budgets = result.attempts.map(({ decision }) => decision.outcome.limits.budgetMicros);
      expect(budgets).toEqual([1_000_000, 700_000, 400_000].slice(0, budgets.length));
      const deadlines = result.attempts.map(({ decision }) => decision.outcome.limits.deadlineUs ?? 0);
      expect(deadlines.every((each, index) => Number.isInteger(each) && each > 60_000_000 - 15_000_000 * (index + 1))).toBe(true);
    }
  });

  test("a pause that would pass the deadline is not made, and the cause stays", async () => {
    const services = new FakeServices({ a: () => Promise.reject(unavailable()) });
    const patient = "caio_policy: 1\nid: house\nretry: { max_attempts: 3, backoff_ms: 3000 }\n";
    const { orchestrator } = await house(services, [contract("a")], { policy: patient });
    const result = await orchestrator.orchestrate(request({ fallback: false, limits: { deadline_ms: "1000" } }), principal);
    expect(result.kind === "failed" && result.error.code).toBe("ServiceUnavailable");
    expect(result.attempts[0]?.enforcement.latencyUs).toBeLessThan(2_000_000);
  });

  test("a budget that its rate carries past every integer is still a decision", async () => {
    const rated = "caio_policy: 1\nid: house\nrates: { EUR: '1.1' }\n";
    const { orchestrator } = await house(new FakeServices({ a: german }), [contract("a")], { policy: rated });
    const { decision } = expectSuccess(await orchestrator.orchestrate(request({ limits: { budget: "9000000000", currency: "EUR" } }), principal));
    expect(decision.outcome.limits.budgetMicros).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe("ports that fail", () => {
  const never = new Promise<never>(() => undefined);
  const broken = (): Promise<never> => Promise.reject(new Error("down"));

  test.each([
    ["fails", broken],
    ["never answers", () => never],
  ])("a result is not lost to a MAIA that %s", async (_name, sendControl) => {
    const maia = { readIntent: () => Promise.resolve(undefined), sendControl };
    const ports = { control: new ControlIntegrator({ encoder: new HashingEncoder(), maia }) };
    const { orchestrator } = await house(new FakeServices({ a: german }), [contract("a")], { ports });
    expectSuccess(await orchestrator.orchestrate(request(), principal));
  });

  test.each([
    ["deadline", { deadline: "100" }],
    ["caller", { abort: true }],
  ] as const)("a MAIA that never reads is given up by the %s", async (_name, how) => {
    const maia = { readIntent: () => never, sendControl: () => Promise.resolve() };
    const ports = { control: new ControlIntegrator({ encoder: new HashingEncoder(), maia }) };
    const { orchestrator } = await house(new FakeServices({ a: german }), [contract("a")], { ports });
    const gone = new AbortController();
    if ("abort" in how) setTimeout(() => { gone.abort(); }, 20);
    const limits = "deadline" in how ? { limits: { deadline_ms: how.deadline } } : {};
    const pending = orchestrator.orchestrate(request(limits), principal, { signal: gone.signal });
    await expect(pending).rejects.toMatchObject({ code: "abort" in how ? "ExecutionFailed" : "DeadlineExceeded" });
  });

  test("a result is not lost to a log that fails after it, and is not learned unlogged", async () => {
    const faults: string[] = [];
    class FailingStore extends InMemoryTraceStore {
      override append(start: number, entries: Parameters<InMemoryTraceStore["append"]>[1]): Promise<void> {
        return entries.some(({ keys }) => keys.kind === "outcome") ? broken() : super.append(start, entries);
      }
    }
    const traces = await TraceabilitySystem.open(new FailingStore());
    const ports = { traces, onFault: (where: string) => faults.push(where) };
    const { orchestrator, history } = await house(new FakeServices({ a: german }), [contract("a")], { ports });
    expectSuccess(await orchestrator.orchestrate(request(), principal));
    expectSuccess(await orchestrator.orchestrate(request(), principal));
    expect(faults).toEqual(["outcome", "outcome"]);
    expect((await history.latest()).version).toBe(0);
  });

  test("a history store that fails, or fails after it kept the version, stops nothing and loses nothing", async () => {
    let failures = 2;
    const history = new (class extends InMemoryHistoryStore {
      override async append(next: Parameters<InMemoryHistoryStore["append"]>[0]): Promise<void> {
        failures--;
        if (failures === 1) throw new Error("refused");
        await super.append(next);
        if (failures === 0) throw new Error("kept, but said otherwise");
      }
    })();
    const { orchestrator } = await house(new FakeServices({ a: german }), [contract("a")], { ports: { history } });
    for (let index = 0; index < 5; index++) expectSuccess(await orchestrator.orchestrate(request(), principal));
    const latest = await history.latest();
    expect(latest.leaves.map(({ outcomes }) => outcomes)).toEqual([4]);
  });

  test("a change of policy without a number of its own is refused", async () => {
    const { orchestrator } = await house(new FakeServices({ a: german }), [contract("a")]);
    const changed = parsePolicySet("caio_policy: 1\nid: other\n");
    expect(() => { orchestrator.usePolicies(new PolicySnapshot(1, changed)); }).toThrow(/policy version 1 after 1/);
    orchestrator.usePolicies(new PolicySnapshot(2, changed));
    expectSuccess(await orchestrator.orchestrate(request(), principal));
  });
});

describe("time", () => {
  /** A clock that only goes on when something takes its time. */
  function slow(): { readonly clock: Clock; readonly takes: (us: number) => void } {
    let nowUs = 0;
    return { clock: { nowUs: () => nowUs, setTimer: () => () => undefined }, takes: (us) => { nowUs += us; } };
  }
  const limited = request({ limits: { deadline_ms: 1000 } });

  test("that deciding took is gone: a call has what is left, and none is made when nothing is", async () => {
    const { clock, takes } = slow();
    const services = new FakeServices({ a: german });
    let decidingUs = 300_000;
    const ports = { clock, detect: () => { takes(decidingUs); return []; } };
    const { orchestrator, traces } = await house(services, [contract("a")], { ports, policy: "caio_policy: 1\nid: house\nfallback: { max_attempts: 1 }\n" });
    expectSuccess(await orchestrator.orchestrate(limited, principal));
    expect(services.calls.map(({ deadlineUs }) => deadlineUs)).toEqual([700_000]);
    decidingUs = 1_000_000;
    const late = await orchestrator.orchestrate(limited, principal);
    expect(late).toMatchObject({ kind: "failed", attempts: [], error: { code: "DeadlineExceeded" } });
    expect(services.calls).toHaveLength(1);
    expect((await traces.trace(late.decision.decisionId))?.outcomes).toMatchObject([{ status: "cancelled", reason: "DeadlineExceeded" }]);
  });

  test("that a person took is nobody's", async () => {
    const { clock, takes } = slow();
    const services = new FakeServices({ a: german });
    const ports = { clock, approve: () => { takes(3_600_000_000); return Promise.resolve(true); } };
    const policy = "caio_policy: 1\nid: house\nrules: [{ id: human, oblige: [human_approval], reason: A person confirms. }]\n";
    const { orchestrator } = await house(services, [contract("a")], { ports, policy });
    expectSuccess(await orchestrator.orchestrate(limited, principal));
    expect(services.calls).toHaveLength(1);
  });
});

describe("obligations", () => {
  const policy = [
    "caio_policy: 1",
    "id: house",
    "rules:",
    "  - id: human-for-writes",
    "    when: 'request.action.kind == \"destructive\"'",
    "    oblige: [human_approval]",
    "    reason: A person confirms.",
  ].join("\n");
  const destructive = request({ action: { kind: "destructive" } });

  test("nothing destructive is executed when nobody can be asked", async () => {
    const services = new FakeServices({ a: german });
    const { orchestrator } = await house(services, [contract("a")], { policy });
    const result = await orchestrator.orchestrate(destructive, principal);
    expect(result.kind === "failed" && result.error.code).toBe("ApprovalRequired");
    expect(services.calls).toHaveLength(0);
  });

  test.each([true, false])("a person's answer (%s) is followed", async (answer) => {
    const services = new FakeServices({ a: german });
    const ports = { approve: () => Promise.resolve(answer) };
    const { orchestrator } = await house(services, [contract("a")], { policy, ports });
    const result = await orchestrator.orchestrate(destructive, principal);
    expect(result.kind).toBe(answer ? "success" : "failed");
    expect(services.calls).toHaveLength(answer ? 1 : 0);
  });

  test("an approval is judged with the caller's reference, and stands in the log with the outcome", async () => {
    const asked: ApprovalRequest[] = [];
    const ports = {
      approve: (one: ApprovalRequest) => {
        asked.push(one);
        return Promise.resolve({ approved: one.reference === "yes", note: one.reference === "yes" ? "approval 7" : "pending 7" });
      },
    };
    const { orchestrator, traces } = await house(new FakeServices({ a: german }), [contract("a")], { policy, ports });
    const refused = await orchestrator.orchestrate(destructive, principal);
    const done = await orchestrator.orchestrate(destructive, principal, { approval: "yes" });
    expect([refused.kind, done.kind]).toEqual(["failed", "success"]);
    expect(asked.map(({ reference, principal: { subject } }) => [reference, subject])).toEqual([[undefined, principal.subject], ["yes", principal.subject]]);
    const [before, after] = await Promise.all([refused, done].map(({ decision }) => traces.trace(decision.decisionId)));
    expect(before?.outcomes).toMatchObject([{ status: "cancelled", reason: "ApprovalRequired,pending 7", latencyUs: 0 }]);
    expect(after?.outcomes).toMatchObject([{ status: "success", reason: "approval 7" }]);
  });

  test("without a rule that obliges, a destructive action is a safety violation", async () => {
    const { orchestrator } = await house(new FakeServices({ a: german }), [contract("a")]);
    const result = await orchestrator.orchestrate(destructive, principal);
    expect(result.kind === "refused" && result.decision.code).toBe("SafetyViolation");
  });
});

describe("hot swap", () => {
  test("a request made for one contract is not executed under another", async () => {
    const services = new FakeServices({ a: german });
    const { orchestrator, traces, registry } = await house(services, [contract("a")]);
    const contracts = { a: contractDigest(contract("a")) };
    expectSuccess(await orchestrator.orchestrate(request(), principal, { contracts }));
    const next = contract("a", { version: "9.0.0" });
    const encoder = new HashingEncoder();
    await registry.replace({ contract: next, encoding: encodeContract(next, encoder), encoderId: encoder.id });
    const late = await orchestrator.orchestrate(request(), principal, { contracts });
    expect(late).toMatchObject({ kind: "failed", attempts: [], error: { code: "ServiceUnavailable", details: { reason: "contract_swapped" } } });
    expect(services.calls).toHaveLength(1);
    expect((await traces.trace(late.decision.decisionId))?.outcomes).toMatchObject([{ status: "cancelled", reason: "contract_swapped" }]);
    expectSuccess(await orchestrator.orchestrate(request(), principal, { contracts: { b: contracts.a } }));
  });

  test("a contract replaced under load loses no request, and each keeps the snapshot it was decided on", async () => {
    let called = 0;
    let swap = (): void => undefined;
    const half = new Promise<void>((resolve) => {
      swap = resolve;
    });
    const services = new FakeServices({
      a: async () => {
        called++;
        if (called === 20) swap();
        await new Promise((resolve) => setTimeout(resolve, 5));
        return { output: { language: "de" } };
      },
    });
    const { orchestrator, registry, traces } = await house(services, [contract("a")]);
    const encoder = new HashingEncoder();
    const before = Array.from({ length: 30 }, () => orchestrator.orchestrate(request(), principal));
    const next = contract("a", { version: "2.0.0" });
    await half;
    await registry.replace({ contract: next, encoding: encodeContract(next, encoder), encoderId: encoder.id });
    const after = Array.from({ length: 30 }, () => orchestrator.orchestrate(request(), principal));
    const results = (await Promise.all([...before, ...after])).map(expectSuccess);
    const epochs = new Set(results.map(({ decision }) => decision.certificate.inputs.registry.epoch));
    const digests = new Set(results.map(({ decision }) => decision.outcome.selected.contractDigest));
    // No decision names a version that was not the newest when it was logged, whatever happened beside it.
    expect(await auditLog(traces)).toEqual([]);
    expect(results).toHaveLength(60);
    expect(epochs.size).toBe(2);
    expect(digests.size).toBe(2);
  });
});

function unavailable(): CaioError {
  return new CaioError("ServiceUnavailable", "The fake is not reached.");
}

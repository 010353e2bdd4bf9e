import { encodeContract, HashingEncoder } from "@caio/control";
import type { HistoryLeaf, Request, RequestDocument, ServiceContract } from "@caio/contracts";
import { partsText, sha256Hex } from "@caio/core";
import { RegistrySnapshot, type RegistryEdit } from "@caio/registry";
import { parsePolicySet } from "@caio/rules";
import { InMemoryTraceStore, TraceabilitySystem } from "@caio/traceability";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";

import { caioRoute, DecisionPool, HistorySnapshot, openingOfDecision, PolicySnapshot, stampRequest, type PooledDecision, type PoolInputs } from "../src/index.ts";
import { contract, principal, request } from "./support/house.ts";
import { ThreadHere } from "./support/thread-here.ts";

const encoder = new HashingEncoder();
const house = parsePolicySet("caio_policy: 1\nid: house\n", { file: "house.yaml" });
const pools: DecisionPool[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function poolOf(threads: number, faults: unknown[] = []): { readonly pool: DecisionPool; readonly workers: ThreadHere[] } {
  const workers: ThreadHere[] = [];
  const start = (): ThreadHere => {
    const worker = new ThreadHere();
    workers.push(worker);
    return worker;
  };
  const pool = new DecisionPool({ threads, start, onFault: (fault) => faults.push(fault) });
  pools.push(pool);
  return { pool, workers };
}

function register(each: ServiceContract, kind: "register" | "replace" = "register"): RegistryEdit {
  return { kind, contract: each, encoding: encodeContract(each, encoder), encoderId: encoder.id };
}

function inputsOf(snapshot: RegistrySnapshot, history = HistorySnapshot.of({ version: 0, leaves: [] }), policy = new PolicySnapshot(1, house)): PoolInputs {
  return { registry: { snapshot, logIndex: 4 }, policy: { snapshot: policy, logIndex: 1 }, history: { snapshot: history, logIndex: 2 } };
}

let keys = 0;
function stamped(document: RequestDocument = request()): Request {
  const fields = { encoderId: encoder.id, intent: encoder.encode(document.intent.text ?? ""), context: [] };
  return stampRequest(document, { now: 1_764_000_000_000, decisionKey: sha256Hex(`key ${String(keys++)}`), testKey: true, principal, detected: [], fields });
}

/** What a log would keep of it. */
type Kept = Pick<PooledDecision, "trace" | "opening"> & { readonly text: string; readonly digest: string };

function here(asked: Request, { registry: { snapshot, ...place }, policy, history }: PoolInputs): Kept {
  const { trace, sealed } = caioRoute(asked, { registry: { ...place, view: snapshot.view("acme") }, policy, history });
  return { trace, text: sealed.text, digest: sealed.digest, opening: openingOfDecision(asked, trace.outcome === "chosen" ? "chosen" : "refused") };
}

function kept({ trace, certificate, opening }: PooledDecision): Kept {
  return { trace, text: partsText(certificate.parts), digest: certificate.digest, opening };
}

const house2 = inputsOf(RegistrySnapshot.empty.apply([register(contract("a")), register(contract("b"))]));

describe("a pool of decision threads", () => {
  test("decides byte for byte what this thread decides, through any changes of R, P and H, whichever thread saw which of them", async () => {
    const names = ["a", "b", "c", "d"] as const;
    const edit = fc.record({ name: fc.constantFrom(...names), kind: fc.constantFrom("put", "put", "drain", "undrain", "deregister"), cost: fc.integer({ min: 1, max: 9 }) });
    const step = fc.record({ epochs: fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { maxLength: 4 }), learned: fc.array(fc.constantFrom(...names), { maxLength: 2 }), policy: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const { pool } = poolOf(2);
        let [snapshot, history, policy] = [RegistrySnapshot.empty, HistorySnapshot.of({ version: 0, leaves: [] }), new PolicySnapshot(1, house)];
        for (const { epochs, learned, policy: changes } of steps) {
          for (const edits of epochs) snapshot = snapshot.apply(edits.reduce<RegistryEdit[]>((all, each) => [...all, ...editOf(snapshot.apply(all), each)], []));
          history = learned.length === 0 ? history : history.next({ version: history.version + 1, leaves: leavesWith(history, learned) });
          if (changes) policy = new PolicySnapshot(policy.version + 1, house);
          const inputs = inputsOf(snapshot, history, policy);
          const requests = [stamped(), stamped(), stamped()];
          const decided = await Promise.all(requests.map((each) => pool.decide(each, inputs)));
          expect(decided.map(kept)).toEqual(requests.map((each) => here(each, inputs)));
        }
        expect(pool.threads).toBe(2);
        await pool.close();
      }),
      { numRuns: 8 },
    );
  });

  test("gives a choice with what the caller is promised, and a refusal with its code", async () => {
    const { pool } = poolOf(1);
    const chosen = await pool.decide(stamped(), house2);
    expect(chosen.outcome?.selected.service).toBe(chosen.trace.selected?.service);
    const refused = await pool.decide(stamped(request({ requirements: { capabilities: [{ type: "painting" }] } })), house2);
    expect(refused).toMatchObject({ kind: "refused", outcome: null, code: "NoMatchingService" });
  });

  test("an error of a decision is that of the decision", async () => {
    const { pool } = poolOf(1);
    await expect(pool.decide(stamped(request({ policies: ["unknown"] })), house2)).rejects.toMatchObject({ code: "UnknownPolicy", details: { found: "unknown" } });
    expect(pool.threads).toBe(1);
  });

  test("a thread is told of a version once, and decisions of one turn go in one message", async () => {
    const { pool, workers } = poolOf(1);
    await Promise.all(Array.from({ length: 6 }, () => pool.decide(stamped(), house2)));
    expect(workers.map(({ messages }) => messages)).toEqual([1]);
  });

  test("what a thread that ends had to decide is decided here, and another thread takes its place", async () => {
    const faults: unknown[] = [];
    const { pool, workers } = poolOf(2, faults);
    await Promise.all([pool.decide(stamped(), house2), pool.decide(stamped(), house2)]);
    const requests = Array.from({ length: 20 }, () => stamped());
    const deciding = Promise.all(requests.map((each) => pool.decide(each, house2)));
    setImmediate(() => workers[0]?.kill());
    expect((await deciding).map(kept)).toEqual(requests.map((each) => here(each, house2)));
    expect([pool.threads, workers.length, faults.length]).toEqual([2, 3, 1]);
  });

  test("a pool all of whose threads keep ending decides here", async () => {
    const { pool, workers } = poolOf(1);
    for (let killed = 0; killed < 12; killed++) workers.at(-1)?.kill();
    expect(pool.threads).toBe(0);
    expect((await pool.decide(stamped(), house2)).kind).toBe("chosen");
  });

  test("a thread that decided on other inputs is believed nothing", async () => {
    const digest = sha256Hex("another registry");
    const forger = new ThreadHere((replies) =>
      replies.map((reply) => {
        if (!("decision" in reply)) return reply;
        const { trace } = reply.decision;
        return { ...reply, decision: { ...reply.decision, trace: { ...trace, inputs: { ...trace.inputs, registry: { ...trace.inputs.registry, digest } } } } };
      }),
    );
    const pool = new DecisionPool({ threads: 1, start: () => forger });
    pools.push(pool);
    await expect(pool.decide(stamped(), house2)).rejects.toMatchObject({ code: "IntegrityViolation" });
  });

  test("a thread that missed a change refuses, and says which", async () => {
    const thread = new ThreadHere();
    const { request: asked, place } = { request: stamped(), place: { version: 1, logIndex: null } };
    const reply = new Promise((resolve) => thread.on("message", resolve));
    thread.postMessage([
      { kind: "policy", version: 1, base: house, named: {} },
      { kind: "decide", id: 7, request: asked, registry: { ...place, version: 5 }, policy: place, history: { ...place, version: 0 } },
    ]);
    expect(await reply).toMatchObject([{ id: 7, error: { code: "IntegrityViolation", details: { what: "registry", expected: 5, found: 0 } } }]);
    thread.kill();
  });

  test("a pool that is closed has decided what it was given, and takes no more", async () => {
    const { pool } = poolOf(2);
    const deciding = Promise.all(Array.from({ length: 30 }, () => pool.decide(stamped(), house2)));
    await pool.close();
    expect(await deciding).toHaveLength(30);
    await expect(pool.decide(stamped(), house2)).rejects.toMatchObject({ code: "ServiceUnavailable" });
  });

  test("a pool needs a thread", () => {
    expect(() => new DecisionPool({ threads: 0, start: () => new ThreadHere() })).toThrow("expected at least 1");
  });

  test("the log keeps a certificate that another thread wrote, and none that the entry does not name", async () => {
    const { pool } = poolOf(1);
    const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
    const [first, second] = await Promise.all([pool.decide(stamped(), house2), pool.decide(stamped(), house2)]);
    await traces.appendDecision("acme", first.trace, first.certificate, first.opening);
    expect(await traces.certificate(first.decisionId)).toBe(kept(first).text);
    await expect(traces.appendDecision("acme", second.trace, first.certificate)).rejects.toMatchObject({ code: "IntegrityViolation" });
  });
});

/** What the step says, where it can be done. */
function editOf(snapshot: RegistrySnapshot, { name, kind, cost }: { readonly name: string; readonly kind: string; readonly cost: number }): readonly RegistryEdit[] {
  const known = snapshot.service(name) !== undefined;
  if (kind === "put") return [register(contract(name, { cost: { model: "per_request", base_cost: `0.000${String(cost)}`, currency: "USD" } }), known ? "replace" : "register")];
  return known ? [{ kind: kind as "drain" | "undrain" | "deregister", serviceId: name }] : [];
}

function leavesWith(history: HistorySnapshot, learned: readonly string[]): readonly HistoryLeaf[] {
  const kept = history.history.leaves.filter(({ service }) => !learned.includes(service));
  const made = [...new Set(learned)].map((service): HistoryLeaf => ({ service, model: null, health: "healthy", promises: [], outcomes: history.version + 1, violations: 0 }));
  return [...kept, ...made].sort((a, b) => (a.service < b.service ? -1 : 1));
}

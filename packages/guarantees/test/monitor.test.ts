import type { Guarantee, ServiceContract } from "@caio/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  addToSketch,
  emptySketch,
  GuaranteeMonitor,
  measuredHealth,
  mergeSketches,
  observePair,
  quantileUs,
  standingsOf,
  watchPair,
  type Observation,
  type PairWatch,
} from "../src/index.ts";

const MICRO = 1_000_000;
const terms = { alphaMicros: 10_000, driftRunLength: 10_000 };
const latency: Guarantee = { property: "latency", coveragePpm: 950_000, bound: { maxUs: 400_000 } };
const availability: Guarantee = { property: "availability", coveragePpm: MICRO, bound: { minMicros: 990_000 } };
const accuracy: Guarantee = { property: "accuracy", coveragePpm: MICRO, bound: { minMicros: 900_000 } };
const pair = { service: "chat", model: null };

function contractOf(guarantees: readonly Guarantee[], version = "1.0.0"): ServiceContract {
  return {
    serviceId: "chat",
    version,
    capabilities: [],
    guarantees,
    models: [],
    privacy: { compliance: [] },
    alignment: {},
    access: { requiredPermissions: [], match: "any", requiredTrustLevel: 3, tenants: [], public: true },
    constraints: {},
    api: { protocol: "inprocess", endpoints: [] },
    metadata: { tags: [] },
  };
}

function watch(...guarantees: readonly Guarantee[]): PairWatch {
  return watchPair({ contract: contractOf(guarantees), model: null, firstPlace: 1, ...terms });
}

function call(status: Observation["status"], latencyUs = 50_000, values: Record<string, number> = {}): Observation {
  return { status, latencyUs, assumptionsMet: true, values };
}

function after(state: PairWatch, calls: number, observation: (index: number) => Observation): PairWatch {
  let next = state;
  for (let index = 0; index < calls; index++) next = observePair(next, observation(index));
  return next;
}

function verdicts(state: PairWatch): string[] {
  return standingsOf(state).map(({ kind, verdict }) => `${kind} ${verdict}`);
}

const observations: fc.Arbitrary<Observation> = fc.record({
  status: fc.constantFrom("success", "violation", "error", "timeout", "cancelled"),
  latencyUs: fc.nat({ max: 40_000_000 }),
  assumptionsMet: fc.boolean(),
  values: fc.constantFrom({}, { accuracy: 0 }, { accuracy: 700_000 }, { accuracy: MICRO }),
});

describe("a watched pair", () => {
  it("holds while the promise is kept with some to spare", () => {
    const state = after(watch(latency, availability, accuracy), 3000, (index) =>
      index % 200 === 0 ? call("error") : call("success", index % 30 === 0 ? 500_000 : 50_000, { accuracy: index % 12 === 0 ? 0 : MICRO }),
    );
    expect(verdicts(state)).toEqual(["bound holds", "failure holds", "mean holds", "in_time holds"]);
    expect(measuredHealth(state)).toEqual({ health: "healthy", promises: [] });
    expect(state.counts).toEqual({ success: 2985, violation: 0, error: 15, timeout: 0, cancelled: 0 });
  });

  it("is degraded, with a lesser promise that the calls do support, once twice as many calls are late", () => {
    const state = after(watch(latency), 1500, (index) => call("success", index % 10 === 0 ? 700_000 : 50_000));
    expect(verdicts(state)).toEqual(["bound contradicted"]);
    const { health, promises } = measuredHealth(state);
    expect(health).toBe("degraded");
    expect(promises).toContainEqual({ property: "latency", coveragePpm: MICRO, bound: { minUs: 0 } });
    expect(promises).toContainEqual({ property: "latency", coveragePpm: 950_000, bound: { maxUs: 800_000 } });
    const lesser = promises.find(({ coveragePpm }) => coveragePpm < 950_000);
    expect(lesser?.bound).toEqual(latency.bound);
    // True is 0.9; the bound is below it, and not by much.
    expect(lesser?.coveragePpm).toBeLessThanOrEqual(900_000);
    expect(lesser?.coveragePpm).toBeGreaterThan(840_000);
  });

  it("says of an unsupported property that nothing is promised, so that no silence stands for the contract", () => {
    const state = after(watch(accuracy), 40, () => call("success", 1, { accuracy: 0 }));
    expect(measuredHealth(state).promises).toEqual([{ property: "accuracy", coveragePpm: MICRO, bound: { minMicros: 0 } }]);
  });

  it("is unhealthy once most calls bring nothing, and recovers by calls or by the operator alone", () => {
    const down = after(watch(availability), 40, () => call("error"));
    expect(measuredHealth(down)).toEqual({ health: "unhealthy", promises: [] });
    const standing = standingsOf(down)[0];
    expect(standing).toMatchObject({ verdict: "contradicted", calls: 40, brokenMicros: 40 * MICRO, threshold: 400, since: 2 });
    expect(standing?.peak).toBeGreaterThanOrEqual(400);
    expect(verdicts(after(down, 300, () => call("success")))).toEqual(["failure contradicted"]);
    const back = after(down, 2000, () => call("success"));
    expect(standingsOf(back)[0]).toMatchObject({ verdict: "holds", life: 2, threshold: 1200 });
    expect(measuredHealth(back).health).toBe("healthy");
  });

  it("catches a service that hangs, whatever it promises", () => {
    const hanging = (state: PairWatch): string[] => verdicts(after(state, 60, () => call("timeout", 1_000_000)));
    expect(hanging(watch(latency))).toEqual(["bound contradicted"]);
    // Neither promise alone is contradicted by a call that was cut; both together are.
    expect(hanging(watch(latency, availability))).toEqual(["bound holds", "failure holds", "in_time contradicted"]);
    const { health } = measuredHealth(after(watch(latency, availability), 60, () => call("timeout", 1_000_000)));
    expect(health).toBe("unhealthy");
    expect(verdicts(after(watch(availability), 60, () => call("timeout", 30_000_000)))).toEqual(["failure contradicted"]);
  });

  it("accuses nobody of what callers cut short", () => {
    const state = after(watch(latency, availability), 3000, (index) => call(index % 2 === 0 ? "cancelled" : "timeout", 100));
    expect(new Set(standingsOf(state).map(({ peak }) => peak))).toEqual(new Set([1]));
  });

  it("leaves out calls that broke the assumptions", () => {
    const state = after(watch(availability), 500, () => ({ ...call("error"), assumptionsMet: false }));
    expect(state).toMatchObject({ calls: 0, leftOut: 500 });
    expect(state.streams).toEqual(watch(availability).streams);
  });

  it("notices a fault that begins after a long good time", () => {
    const good = after(watch(availability), 20_000, (index) => call(index % 250 === 0 ? "error" : "success"));
    const bad = after(good, 600, (index) => call(index % 20 === 0 ? "error" : "success"));
    expect(standingsOf(good)[0]).toMatchObject({ verdict: "holds", drift: { alarms: 0 } });
    expect(standingsOf(bad)[0]?.verdict).not.toBe("holds");
    expect(standingsOf(bad)[0]?.drift.alarms).toBeGreaterThan(0);
  });

  it.each([
    ["flags", { property: "deterministic_output", coveragePpm: MICRO, bound: { minMicros: MICRO } }],
    ["ratios of whole windows", { ...availability, coveragePpm: 900_000 }],
    ["what allows everything", { ...availability, bound: { minMicros: 0 } }],
    ["unknown properties", { property: "warmth", coveragePpm: MICRO, bound: { minMicros: 1 } }],
  ])("lists %s as unwatched", (_name, guarantee) => {
    expect(watch(guarantee)).toMatchObject({ streams: [], unwatched: [guarantee] });
  });
});

describe("the monitor", () => {
  it("tells which verdicts a call changed, and numbers streams across pairs and versions", () => {
    const monitor = new GuaranteeMonitor(terms);
    monitor.watch(contractOf([availability]), null);
    expect(monitor.observe(pair, call("error"))).toEqual([]);
    expect(monitor.observe(pair, call("error"))).toMatchObject([{ ...pair, before: "holds", standing: { verdict: "contradicted", place: 1 } }]);
    monitor.watch(contractOf([availability]), null);
    expect(monitor.health(pair).health).toBe("degraded");
    monitor.watch(contractOf([availability], "1.0.1"), null);
    expect(monitor.standings(pair)).toMatchObject([{ verdict: "holds", place: 2, calls: 0, threshold: 2400 }]);
    for (let index = 0; index < 3; index++) monitor.observe(pair, call("error"));
    expect(monitor.renew(pair)).toMatchObject([{ before: "contradicted", standing: { verdict: "holds", place: 2, life: 2, since: 3 } }]);
  });

  it("holds pairs to other terms with evidence gathered anew; what is contradicted stays so until it is renewed", () => {
    const monitor = new GuaranteeMonitor(terms);
    const other = { service: "chat", model: "m" };
    const withModel = { ...contractOf([availability]), models: [{ id: "m" }, { id: "n" }] } as unknown as ServiceContract;
    for (const model of ["m", "n"]) monitor.watch(withModel, model);
    monitor.observe(other, call("error"));
    const broken = { service: "chat", model: "n" };
    for (let index = 0; index < 3; index++) monitor.observe(broken, call("error"));
    expect([monitor.health(other).health, monitor.health(broken).health]).toEqual(["healthy", "degraded"]);
    monitor.retune(terms);
    expect(monitor.standings(other)).toMatchObject([{ calls: 1, life: 1 }]);
    const strict = { alphaMicros: 100, driftRunLength: 500 };
    expect(monitor.retune(strict)).toEqual([]);
    expect(monitor.standings(other)).toMatchObject([{ verdict: "holds", calls: 0, place: 1, life: 2 }]);
    expect([monitor.state(other)?.terms, monitor.state(broken)?.terms]).toEqual([strict, terms]);
    expect(monitor.health(broken).health).toBe("degraded");
    monitor.renew(broken);
    expect([monitor.state(broken)?.terms, monitor.health(broken).health]).toEqual([strict, "healthy"]);
    expect(() => monitor.retune({ alphaMicros: 0, driftRunLength: 1 })).toThrow(expect.objectContaining({ code: "NumberOutOfRange" }) as Error);
  });

  it("goes on from a snapshot as if it had never stopped", () => {
    fc.assert(
      fc.property(fc.array(observations, { maxLength: 60 }), fc.array(observations, { maxLength: 60 }), (before, since) => {
        const whole = new GuaranteeMonitor(terms);
        whole.watch(contractOf([latency, availability, accuracy]), null);
        for (const observation of before) whole.observe(pair, observation);
        const text = JSON.stringify(whole.snapshot());
        const restored = new GuaranteeMonitor({ ...terms, snapshot: JSON.parse(text) as ReturnType<typeof whole.snapshot> });
        for (const observation of since) expect(restored.observe(pair, observation)).toEqual(whole.observe(pair, observation));
        expect(JSON.stringify(restored.snapshot())).toBe(JSON.stringify(whole.snapshot()));
      }),
      { numRuns: 30 },
    );
  });

  it("keeps no verdict of a pair that is not watched", () => {
    const monitor = new GuaranteeMonitor(terms);
    expect(monitor.observe(pair, call("error"))).toEqual([]);
    expect(monitor.health(pair)).toEqual({ health: "healthy", promises: [] });
  });

  it.each([
    [{ ...call("success"), latencyUs: Number.NaN }, "NumberOutOfRange"],
    [{ ...call("success"), latencyUs: -1 }, "NumberOutOfRange"],
    [{ ...call("success"), latencyUs: 1.5 }, "NumberOutOfRange"],
    [{ ...call("success"), latencyUs: Infinity }, "NumberOutOfRange"],
    [call("success", 1, { accuracy: -1 }), "NumberOutOfRange"],
    [call("success", 1, { accuracy: MICRO + 1 }), "NumberOutOfRange"],
    [JSON.parse('{"status":"fine","latencyUs":1,"assumptionsMet":true}') as Observation, "InvalidField"],
    [JSON.parse('{"status":"success","latencyUs":"1","assumptionsMet":true}') as Observation, "NumberOutOfRange"],
    [JSON.parse('{"status":"success","latencyUs":1}') as Observation, "InvalidField"],
  ])("refuses %j and counts nothing", (observation, code) => {
    const monitor = new GuaranteeMonitor(terms);
    monitor.watch(contractOf([latency, accuracy]), null);
    const before = monitor.snapshot();
    expect(() => monitor.observe(pair, observation)).toThrow(expect.objectContaining({ code }));
    expect(monitor.snapshot()).toEqual(before);
  });

  it("refuses terms that are none, and pairs that the contract does not list", () => {
    const contract = contractOf([]);
    expect(() => watchPair({ contract, model: null, firstPlace: 1, ...terms, alphaMicros: 0 })).toThrow(/monitor.alpha/);
    expect(() => watchPair({ contract, model: "large", firstPlace: 1, ...terms })).toThrow(expect.objectContaining({ code: "UnknownService" }));
  });
});

describe("the state", () => {
  it("is never changed, stays finite and is the same for the same calls", () => {
    fc.assert(
      fc.property(fc.array(observations, { minLength: 1, maxLength: 100 }), (calls) => {
        let state = watch(latency, availability, accuracy);
        for (const observation of calls) {
          const before = JSON.stringify(state);
          const next = observePair(state, observation);
          expect(JSON.stringify(state)).toBe(before);
          expect(JSON.stringify(observePair(state, observation))).toBe(JSON.stringify(next));
          state = next;
        }
        // JSON writes NaN and infinities as null.
        expect(JSON.stringify(state.streams.map(({ wager, drift }) => [wager.stakes, drift.sums]))).not.toContain("null");
      }),
      { numRuns: 30 },
    );
  });

  it("stays finite over endless faults", () => {
    const state = after(watch(availability), 3000, () => call("error"));
    expect(standingsOf(state)[0]).toMatchObject({ wealth: Number.MAX_SAFE_INTEGER, verdict: "contradicted" });
  });
});

describe("a sketch of durations", () => {
  const values = fc.array(fc.oneof(fc.nat({ max: 300 }), fc.nat(), fc.maxSafeNat()), { minLength: 1, maxLength: 80 });
  const sketchOf = (all: readonly number[]): ReturnType<typeof addToSketch> => all.reduce(addToSketch, emptySketch);

  it("never understates a quantile, and overstates it by less than 1/64", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: MICRO }), (all, coveragePpm) => {
        const exact = [...all].sort((a, b) => a - b)[Math.ceil((all.length * coveragePpm) / MICRO) - 1] ?? 0;
        const found = quantileUs(sketchOf(all), coveragePpm) ?? -1;
        expect(found).toBeGreaterThanOrEqual(exact);
        expect(found - exact).toBeLessThanOrEqual(exact / 64);
      }),
    );
  });

  it("is the same however it is merged", () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const whole = sketchOf([...first, ...second]);
        expect(mergeSketches(sketchOf(first), sketchOf(second))).toEqual(whole);
        expect(mergeSketches(sketchOf(second), sketchOf(first))).toEqual(whole);
      }),
    );
  });
});

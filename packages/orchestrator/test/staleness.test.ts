import { CaioError } from "@caio/core";
import { describe, expect, test } from "vitest";

import { explainDecision, fromWorldFile, replay, toWorldFile, type DecidedRequest, type SnapshotFreshness } from "../src/index.ts";
import { answers, contract, FakeServices, house, principal, request } from "./support/house.ts";

const FRESH = { confirmedMsAgo: 5000, boundMs: 5000 };
const STALE = { confirmedMsAgo: 7200, boundMs: 5000 };

async function decided(freshness?: () => SnapshotFreshness): Promise<DecidedRequest> {
  const { orchestrator } = await house(new FakeServices({ a: answers({ language: "de" }) }), [contract("a")], { ports: freshness === undefined ? {} : { freshness } });
  return await orchestrator.decide(request(), principal, { testKey: "ab".repeat(32) });
}

describe("the age of snapshots", () => {
  test("is not said where there is one instance alone, nor up to the bound: the certificates are the same to the byte", async () => {
    const [alone, fresh] = [await decided(), await decided(() => ({ registry: FRESH, policy: FRESH }))];
    expect(alone.decision.certificate.inputs.registry).not.toHaveProperty("stale");
    expect(alone.decision).not.toHaveProperty("stale");
    expect(fresh.decision.certificateDigest).toBe(alone.decision.certificateDigest);
  });

  test("stands in the certificate, in the log and in the explanation once it is past the bound, each by itself", async () => {
    const { decision } = await decided(() => ({ registry: STALE, policy: FRESH }));
    expect(decision.certificate.inputs.registry.stale).toEqual(STALE);
    expect(decision.certificate.inputs.policy).not.toHaveProperty("stale");
    expect(decision.trace.inputs.registry).toMatchObject({ stale: STALE });
    expect(decision.stale).toEqual({ registry: STALE });
    expect(explainDecision(decision).why.join(" ")).toContain("a registry that was last confirmed to be the newest 7.2 s before; the bound is 5 s");
    const both = await decided(() => ({ registry: STALE, policy: STALE }));
    expect(explainDecision(both.decision).why.filter((line) => line.includes("confirmed"))).toHaveLength(2);
  });

  test("goes through a world file, and its replay is the same to the byte", async () => {
    const { request: stamped, inputs, decision } = await decided(() => ({ registry: STALE, policy: FRESH }));
    const file = toWorldFile(stamped, inputs);
    expect(replay(file).certificateDigest).toBe(decision.certificateDigest);
    expect(fromWorldFile(file).inputs.policy.freshness).toEqual(FRESH);
    for (const broken of ['"confirmed_ms_ago":-1', '"confirmed_ms_ago":"7200"', '"confirmed":7200']) {
      expect(() => fromWorldFile(file.replace('"confirmed_ms_ago":7200', broken))).toThrow(/freshness/);
    }
  });

  test("may end a request undecided and unlogged, where nothing is to be decided on old snapshots", async () => {
    const refusal = new CaioError("ServiceUnavailable", "The registry is too old.");
    const freshness = (): SnapshotFreshness => {
      throw refusal;
    };
    const { orchestrator, traces } = await house(new FakeServices({ a: answers({ language: "de" }) }), [contract("a")], { ports: { freshness } });
    await expect(orchestrator.orchestrate(request(), principal)).rejects.toBe(refusal);
    expect(traces.head.size).toBe(0);
  });
});

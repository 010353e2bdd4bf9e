import { caioRoute, DecisionPool } from "@caio/orchestrator";
import { InMemoryTraceStore } from "@caio/traceability";
import { expect, it } from "vitest";

import { benchHistory, benchRegistry, worldOf } from "../bench/bench-world.ts";
import { PooledLog, type PoolWorld } from "../bench/cores/pooled-log.ts";
import { replicationOf } from "../bench/cores/replication.ts";
import { startDecisionThread } from "../bench/threads/start-thread.ts";

const size = { services: 60, rules: 8, candidates: 5 };

it("a thread of Node decides what this one decides, and one log keeps it", { timeout: 60_000 }, async () => {
  const registry = benchRegistry(size);
  const { request, inputs } = worldOf(size, registry, benchHistory(size));
  const world: PoolWorld = { request, inputs: { ...inputs, registry: { snapshot: registry, logIndex: 3 } } };
  const pool = new DecisionPool({ threads: 1, start: startDecisionThread });
  try {
    const decided = await pool.decide(request, world.inputs);
    expect(decided.certificate.digest).toBe(caioRoute(request, inputs).certificateDigest);
    const log = await PooledLog.open(world, pool, new InMemoryTraceStore());
    await Promise.all(Array.from({ length: 10 }, () => log.decide()));
    // Three versions, ten decisions.
    expect(log.size).toBe(13);
    const { decisionBytes, registryBytes } = replicationOf(size, world, decided);
    expect(decisionBytes).toBeGreaterThan(1000);
    expect(registryBytes).toBeGreaterThan(size.services * 1000);
  } finally {
    await pool.close();
  }
});

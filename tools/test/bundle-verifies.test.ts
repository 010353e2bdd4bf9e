import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { contractFromWire, requestFromWire, toWireObject } from "@caio/contracts";
import { canonicalJson, isCaioError } from "@caio/core";
import { caioRoute, compareReplay, createBundle, parseBundle, replay, toWorldFile, type DecisionInputs } from "@caio/orchestrator";
import {
  auditLog,
  CheckpointSigner,
  generateSigningKey,
  InMemoryCheckpointStore,
  InMemoryTraceStore,
  KeyRing,
  openCheckpoint,
  readBundleLog,
  TraceabilitySystem,
} from "@caio/traceability";
import { verifyBundle } from "@caio/verifier";
import { describe, expect, it } from "vitest";

import { worldInputs } from "../differential/world-inputs.ts";
import { randomWorld } from "../worlds/random-world.ts";
import { verifiedByPython, withoutPython } from "./support/python-verifier.ts";

const keys = KeyRing.of("caio.example/log", generateSigningKey());
const { key } = keys.signer;
const publicKey = key.publicKey.bytes;

/** The bundle of a random world's decision, logged as a router logs it, and the world file. */
async function bundleOf(
  seed: number,
  world = randomWorld(seed),
): Promise<{ readonly bundle: string; readonly world: string; readonly traces: TraceabilitySystem }> {
  const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
  const inputs = await logged(worldInputs(world), world.request.principal.tenant, traces);
  const decision = caioRoute(world.request, inputs);
  const { logIndex } = await traces.appendDecision(world.request.principal.tenant, decision.trace, decision.certificate);
  const signer = await CheckpointSigner.open({ log: traces, keys, store: new InMemoryCheckpointStore(), intervalMs: 0 });
  const { note } = await signer.sign(0);
  const place = { decisionIndex: logIndex, inputs: decision.certificate.inputs, checkpoint: { note, size: traces.head.size } };
  const log = await readBundleLog(traces, place);
  return { bundle: createBundle({ request: world.request, inputs, decision, log }, key), world: toWorldFile(world.request, inputs), traces };
}

/** False for a world with an interval that bounds nothing: parsers refuse those, so no world file holds one. */
function isNormalised(seed: number): boolean {
  const { services, request } = randomWorld(seed);
  try {
    for (const { contract } of services) contractFromWire(toWireObject(contract));
    requestFromWire(toWireObject(request));
    return true;
  } catch (error) {
    if (isCaioError(error) && error.message.includes("a min, a max or both")) return false;
    throw error;
  }
}

async function logged({ registry, policy, history }: DecisionInputs, tenant: string, traces: TraceabilitySystem): Promise<DecisionInputs> {
  const { view } = registry;
  const places = {
    registry: await traces.appendVersion("registry", tenant, { version: view.epoch, digest: view.root }),
    policy: await traces.appendVersion("policy", null, { version: policy.snapshot.version, digest: policy.snapshot.digest }),
    history: await traces.appendVersion("history", null, { version: history.snapshot.version, digest: history.snapshot.root }),
  };
  return {
    registry: { view, logIndex: places.registry.logIndex },
    policy: { ...policy, logIndex: places.policy.logIndex },
    history: { ...history, logIndex: places.history.logIndex },
  };
}

describe("bundles of random worlds", () => {
  const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

  it("are valid, and replay to the same bytes; their logs are without findings", async () => {
    let replayed = 0;
    for (const seed of seeds) {
      const { bundle, world, traces } = await bundleOf(seed);
      const report = await verifyBundle(bundle, { publicKey });
      expect([seed, report.valid, report.checks.filter(({ verdict }) => verdict === "fail")]).toEqual([seed, true, []]);
      if (isNormalised(seed)) {
        expect([seed, compareReplay(parseBundle(bundle), replay(world))]).toEqual([seed, { kind: "identical" }]);
        replayed++;
      }
      const latest = openCheckpoint(noteOf(bundle), keys.verifiers);
      expect([seed, await auditLog(traces, [latest])]).toEqual([seed, []]);
    }
    expect(replayed).toBeGreaterThan(10);
  }, 60_000);

  it("are valid where contracts have examples, for both verifiers", async () => {
    const place = mkdtempSync(join(tmpdir(), "caio-examples-"));
    try {
      for (const seed of [1, 2, 3, 7, 11]) {
        const world = randomWorld(seed);
        const told = world.services.map((service) => ({
          ...service,
          contract: { ...service.contract, metadata: { ...service.contract.metadata, examples: ["Is this Polish?", "Which language?\nThis one: ąę"] } },
        }));
        const { bundle } = await bundleOf(seed, { ...world, services: told });
        const report = await verifyBundle(bundle, { publicKey });
        expect([seed, report.valid, report.checks.filter(({ verdict }) => verdict === "fail")]).toEqual([seed, true, []]);
        if (withoutPython()) continue;
        writeFileSync(join(place, "bundle.json"), bundle);
        writeFileSync(join(place, "key.pub"), Buffer.from(publicKey).toString("hex"));
        const second = verifiedByPython(join(place, "bundle.json"), "--key", join(place, "key.pub"));
        expect([seed, second.valid, second.checks.filter(({ verdict }) => verdict === "fail")]).toEqual([seed, true, []]);
      }
    } finally {
      rmSync(place, { recursive: true });
    }
  }, 60_000);

  it("are not valid under another key, nor with one value changed", async () => {
    const { bundle } = await bundleOf(7);
    expect((await verifyBundle(bundle, { publicKey: generateSigningKey().publicKey.bytes })).valid).toBe(false);
    const envelope = parseBundle(bundle);
    const payload = Buffer.from(envelope.payload, "base64").toString().replace('"now":1', '"now":2');
    const changed = canonicalJson({ ...envelope, payload: Buffer.from(payload).toString("base64") });
    expect(changed).not.toBe(bundle);
    expect((await verifyBundle(changed, { publicKey })).valid).toBe(false);
  });
});

function noteOf(bundle: string): string {
  const payload = Buffer.from(parseBundle(bundle).payload, "base64").toString();
  return (JSON.parse(payload) as { predicate: { log: { checkpoint: string } } }).predicate.log.checkpoint;
}

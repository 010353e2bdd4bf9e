import { createPrivateKey } from "node:crypto";

import { sha256Hex } from "@caio/core";
import { caioRoute, createBundle, type DecisionInputs, type RoutingDecision } from "@caio/orchestrator";
import {
  CheckpointSigner,
  InMemoryCheckpointStore,
  InMemoryTraceStore,
  KeyRing,
  readBundleLog,
  SigningKey,
  TraceabilitySystem,
} from "@caio/traceability";

import { worldInputs } from "../differential/world-inputs.ts";
import type { World } from "../reference/world.ts";

/** DER of an Ed25519 private key before its 32 bytes (RFC 8410 §7). */
const PKCS8 = "302e020100300506032b657004220420";

/** The operator of the golden worlds. The private key is SHA-256 of a text that everybody knows: it proves nothing about anybody. */
export const goldenKeys: KeyRing = KeyRing.of("caio.example/golden", testKeyOf("caio-test-key/golden"));

function testKeyOf(text: string): SigningKey {
  const key = createPrivateKey({ key: Buffer.from(PKCS8 + sha256Hex(text), "hex"), format: "der", type: "pkcs8" });
  return SigningKey.fromPem(key.export({ format: "pem", type: "pkcs8" }).toString());
}

/**
 * The decision of a world and its bundle, as a router logs and signs it; the log begins with this world. Equal worlds give equal
 * bytes.
 *
 * @param logged - whether the versions of registry, policy and history are logged first, at 0, 1 and 2
 */
export async function goldenBundle(world: World, logged: boolean): Promise<{ readonly decision: RoutingDecision; readonly bundle: string }> {
  const { request } = world;
  const { tenant } = request.principal;
  const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
  const plain = worldInputs(world);
  const inputs = logged ? await loggedIn(traces, tenant, plain) : plain;
  const decision = caioRoute(request, inputs);
  const { logIndex } = await traces.appendDecision(tenant, decision.trace, decision.certificate);
  const signer = await CheckpointSigner.open({ log: traces, keys: goldenKeys, store: new InMemoryCheckpointStore(), intervalMs: 0 });
  const { note } = await signer.sign(request.now);
  const place = { decisionIndex: logIndex, inputs: decision.certificate.inputs, checkpoint: { note, size: traces.head.size } };
  const log = await readBundleLog(traces, place);
  return { decision, bundle: createBundle({ request, inputs, decision, log }, goldenKeys.signer.key) };
}

async function loggedIn(traces: TraceabilitySystem, tenant: string, { registry, policy, history }: DecisionInputs): Promise<DecisionInputs> {
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

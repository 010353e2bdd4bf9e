import { sha256Hex } from "@caio/core";
import { caioRoute, createBundle, type DecidedRequest } from "@caio/orchestrator";
import {
  CheckpointSigner,
  InMemoryCheckpointStore,
  InMemoryTraceStore,
  readBundleLog,
  TraceabilitySystem,
  type KeyRing,
  type SigningKey,
} from "@caio/traceability";

import { worldInputs } from "../../differential/world-inputs.ts";
import type { World } from "../../reference/world.ts";

/** Decides a world as if its three versions stood at the head of the log. */
export function decideWorld(world: World): DecidedRequest {
  const { registry, policy, history } = worldInputs(world);
  const inputs = {
    registry: { ...registry, logIndex: 0 },
    policy: { ...policy, logIndex: 1 },
    history: { ...history, logIndex: 2 },
  };
  return { request: world.request, inputs, decision: caioRoute(world.request, inputs) };
}

/** Equal for decisions that no reader can tell apart: of all that is certified and logged. */
export function fingerprint({ decision: { certificate, trace } }: DecidedRequest): string {
  return sha256Hex(JSON.stringify([certificate, trace]));
}

/**
 * Logs the versions and the decision, signs the head, and makes the bundle, all under the operator's own key.
 *
 * @param witnessed - what others make of the signed head
 * @param bundleKey - instead of the log's own
 */
export async function bundleDecision(decided: DecidedRequest, keys: KeyRing, witnessed: (note: string) => string = (note) => note, bundleKey: SigningKey = keys.signer.key): Promise<string> {
  const { inputs, decision, request } = decided;
  const { tenant } = request.principal;
  const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
  await traces.appendVersion("registry", tenant, { version: inputs.registry.view.epoch, digest: inputs.registry.view.root });
  await traces.appendVersion("policy", null, { version: inputs.policy.snapshot.version, digest: inputs.policy.snapshot.digest });
  await traces.appendVersion("history", null, { version: inputs.history.snapshot.version, digest: inputs.history.snapshot.root });
  const { logIndex } = await traces.appendDecision(tenant, decision.trace, decision.certificate);
  const signer = await CheckpointSigner.open({ log: traces, keys, store: new InMemoryCheckpointStore(), intervalMs: 0 });
  const { note } = await signer.sign(0);
  const place = { decisionIndex: logIndex, inputs: decision.certificate.inputs, checkpoint: { note: witnessed(note), size: traces.head.size } };
  return createBundle({ ...decided, log: await readBundleLog(traces, place) }, bundleKey);
}

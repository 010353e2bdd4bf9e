import { caioRoute, createBundle, parseBundle } from "@caio/orchestrator";
import {
  CheckpointSigner,
  generateSigningKey,
  InMemoryCheckpointStore,
  InMemoryTraceStore,
  KeyRing,
  readBundleLog,
  TraceabilitySystem,
} from "@caio/traceability";

import { worldInputs } from "../../differential/world-inputs.ts";
import type { World } from "../../reference/world.ts";
import { plainCost, plainPolicy, plainService, plainWorld } from "../plain-world.ts";

const keys = KeyRing.of("caio.example/log", generateSigningKey());

/** The operator's public key as its `.pub` file holds it. */
export const publicKeyText = Buffer.from(keys.signer.key.publicKey.bytes).toString("hex");

/** The bundle that the router gives out for a world, its versions and its decision logged and signed. */
export async function receiptOf({ request, ...world }: World): Promise<string> {
  const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
  const { tenant } = request.principal;
  const { registry, policy, history } = worldInputs({ request, ...world });
  const { view } = registry;
  const logged = {
    registry: await traces.appendVersion("registry", tenant, { version: view.epoch, digest: view.root }),
    policy: await traces.appendVersion("policy", null, { version: policy.snapshot.version, digest: policy.snapshot.digest }),
    history: await traces.appendVersion("history", null, { version: history.snapshot.version, digest: history.snapshot.root }),
  };
  const inputs = {
    registry: { view, logIndex: logged.registry.logIndex },
    policy: { ...policy, logIndex: logged.policy.logIndex },
    history: { ...history, logIndex: logged.history.logIndex },
  };
  const decision = caioRoute(request, inputs);
  const { logIndex } = await traces.appendDecision(tenant, decision.trace, decision.certificate);
  const signer = await CheckpointSigner.open({ log: traces, keys, store: new InMemoryCheckpointStore(), intervalMs: 0 });
  const { note } = await signer.sign(0);
  const place = { decisionIndex: logIndex, inputs: decision.certificate.inputs, checkpoint: { note, size: traces.head.size } };
  return createBundle({ request, inputs, decision, log: await readBundleLog(traces, place) }, keys.signer.key);
}

/** A bundle with another payload under the same signature. */
export function withPayload(bundle: string, change: (payload: string) => string): string {
  const { payload, ...rest } = parseBundle(bundle);
  return JSON.stringify({ ...rest, payload: Buffer.from(change(Buffer.from(payload, "base64").toString())).toString("base64") });
}

/** One decision among five pairs of four services, always the same. */
export function pictureWorld(budgetMicros = 20_000): World {
  const cost = (outputTokenPico: number): ReturnType<typeof plainCost> => plainCost({ inputTokenPico: 1_000_000, outputTokenPico });
  const eu = { dataLocality: "private_cloud", compliance: ["gdpr"], regions: ["eu"] } as const;
  const base = plainWorld([
    plainService("atlas-eu", {
      privacy: eu,
      models: [{ id: "atlas-large", competenceMicros: 900_000, cost: cost(12_000_000) }, { id: "atlas-small", competenceMicros: 600_000, cost: cost(2_000_000) }],
    }),
    plainService("boreal-eu", { privacy: eu, cost: cost(4_000_000) }),
    plainService("cirrus-us", { privacy: { dataLocality: "external", compliance: [], regions: ["us"] }, cost: cost(1_000_000) }),
    plainService("delta-eu", { privacy: eu, access: { requiredPermissions: [], match: "any", requiredTrustLevel: 8, tenants: [], public: true }, cost: cost(1_500_000) }),
  ]);
  const { document } = base.request;
  const { requirements } = document;
  return {
    ...base,
    policy: { base: { ...plainPolicy, weights: { ...plainPolicy.weights, model: 400_000 } }, named: {} },
    request: {
      ...base.request,
      decisionKey: "5a".repeat(32),
      testKey: false,
      size: { inputTokens: 800, maxOutputTokens: 400, bytes: 4000 },
      document: {
        ...document,
        size: { inputTokens: 800, maxOutputTokens: 400, bytes: 4000 },
        limits: { budgetMicros, currency: "USD" },
        requirements: {
          ...requirements,
          capabilities: [{ anyOf: [{ type: "inference.chat", parameters: {} }] }],
          constraints: { ...requirements.constraints, regions: ["eu"] },
          privacy: { ...requirements.privacy, compliance: ["gdpr"] },
        },
      },
    },
  };
}

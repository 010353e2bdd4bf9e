import { createHmac } from "node:crypto";

import { committedValues, type DecisionInputs, type RoutingDecision } from "@caio/orchestrator";
import { policyToWire } from "@caio/rules";
import { toWire } from "@caio/contracts";
import type { CertificateMaterial, Json } from "@caio/verifier";

import type { World } from "../reference/world.ts";
import { worldInputs } from "../differential/world-inputs.ts";

/** Where the three versions stand in the log of a bundle: the decision follows. */
export const INDICES = { registry: 1, policy: 2, history: 4 } as const;

/** The inputs of a world as if its versions had been logged. */
export function loggedInputs(world: World): DecisionInputs {
  const { registry, policy, history } = worldInputs(world);
  return {
    registry: { ...registry, logIndex: INDICES.registry },
    policy: { ...policy, logIndex: INDICES.policy },
    history: { ...history, logIndex: INDICES.history },
  };
}

/** What a bundle holds of a decision, every path of the request opened: written from docs/certificate.md. */
export function materialOf(world: World, decision: RoutingDecision): CertificateMaterial {
  const services = new Set(decision.verdicts.map(({ service }) => service));
  const revealed = world.services
    .filter(({ contract }) => services.has(contract.serviceId))
    .sort((a, b) => (a.contract.serviceId < b.contract.serviceId ? -1 : 1));
  const named = [...world.request.document.policies].sort().flatMap((id) => {
    const policy = world.policy.named[id];
    return policy === undefined ? [] : [policy];
  });
  return {
    certificate: jsonOf(decision.certificate),
    contracts: revealed.map(({ contract }) => toWire(contract)),
    encodings: revealed.map(({ contract, encoding }) => ({ service: contract.serviceId, encoderId: "world-1", ints: [...encoding] })),
    policies: [world.policy.base, ...named].map((policy) => policyToWire(policy)),
    disclosed: disclosedOf(world),
  };
}

/** Every path of the request that says something, opened. */
export function disclosedOf({ request }: World): Json {
  const said = Object.entries(committedValues(request)).filter(([, value]) => value !== null);
  return Object.fromEntries(
    said.map(([path, value]) => {
      const mac = createHmac("sha256", Buffer.from(request.decisionKey, "hex")).update(`caio/v1/salt\0${path}`);
      return [path, { salt: mac.digest("hex"), value: jsonOf(value) }];
    }),
  );
}

/** A value as JSON text carries it. */
function jsonOf(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

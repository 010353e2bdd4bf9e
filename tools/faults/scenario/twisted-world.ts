import type { ServiceContract } from "@caio/contracts";

import { riskOf } from "../../reference/limits.ts";
import type { World } from "../../reference/world.ts";
import { inCanonicalOrder } from "../../worlds/random/canonical-order.ts";
import { visiblePairs, withTraits } from "../../worlds/random/boundary.ts";
import { withBase, withRequest, withRequirements } from "../../worlds/random/change.ts";
import { inRuleOrder } from "../../worlds/random/policy.ts";
import { randomWorld } from "../../worlds/random-world.ts";
import { replicaWorld } from "../../worlds/replica-world.ts";
import type { Twist } from "../fault.ts";

/** The random world of a seed, brought nearer to where a fault shows. */
export function twistedWorld(seed: number, twist: Twist | undefined): World {
  const world = randomWorld(seed);
  const soon = Math.floor(world.request.now / 1000) + 60;
  switch (twist) {
    case "asks for chat":
      return askingForChat(world);
    case "rules on detected labels":
      return withRuleOnDetected(world);
    case "token not yet valid":
      return withToken(world, { method: "jwt", alg: "ES256", exp: soon + 60, nbf: soon });
    case "token of another algorithm":
      return withToken(world, { method: "jwt", alg: "HS256", exp: soon });
    case "services with endpoints":
      return { ...world, services: world.services.map((service) => ({ ...service, contract: withEndpoints(service.contract) })) };
    case "a risk that half of the services are below":
      return bearingTheMiddle(world);
    case "decided by a replica":
      return replicaWorld(seed);
    case undefined:
      return world;
  }
}

/** Random services offer inference.chatty; a request that asks for nothing else would not even look at them. */
function askingForChat(world: World): World {
  const { capabilities } = world.request.document.requirements;
  const types = capabilities.map(({ anyOf }) => ({ anyOf: inCanonicalOrder(anyOf.map(({ type }) => ({ type, parameters: {} }))) }));
  const chat = { anyOf: [{ type: "inference.chat", parameters: {} }] };
  return withRequirements(world, { capabilities: inCanonicalOrder([...types, chat]), guarantees: [] });
}

/** Random services have no way in that promises anything. */
function withEndpoints(contract: ServiceContract): ServiceContract {
  const endpoints = [
    { path: "/else", method: "POST" as const, capability: "audio.transcribe", outputSchema: { type: "string" } },
    { path: "/", method: "POST" as const, outputSchema: { type: "object" } },
  ];
  return { ...contract, api: { ...contract.api, endpoints } };
}

/** Most random callers bear any risk; one who bore only what is above would have nothing to choose from in nearly all worlds. */
function bearingTheMiddle(world: World): World {
  const risks = visiblePairs(world).map(riskOf).sort((a, b) => a - b);
  const [middle = 1_000_000] = risks.slice(Math.floor(risks.length / 2));
  return withTraits(world, { conservativeMicros: 0, confidentialMicros: 0, riskMicros: middle });
}

function withToken(world: World, evidence: World["request"]["principal"]["evidence"]): World {
  return withRequest(world, { principal: { ...world.request.principal, evidence } });
}

/** Random rules read labels that callers declare. */
function withRuleOnDetected(world: World): World {
  const rule = {
    id: "detected",
    priority: 0,
    when: "'email' in request.labels",
    effect: { kind: "oblige" as const, obligations: ["redact" as const] },
    reason: "Addresses are taken out.",
  };
  return withBase(world, { rules: inRuleOrder([...world.policy.base.rules, rule]) });
}

import type { ChosenDecision } from "@caio/orchestrator";

import type { Pair } from "../../reference/matching.ts";
import { allLabels, effectivePolicy } from "../../reference/objects.ts";
import { firstInsecure } from "../../reference/security.ts";
import type { World } from "../../reference/world.ts";
import { mapContracts, withBase, withConstraints, withDocument, withRequest } from "../../worlds/random/change.ts";
import { judgement, type Judgement } from "../engine/check.ts";
import { chosenPair } from "./chosen-pair.ts";
import { misreads, misstates, type Fault } from "./system.ts";
import type { WorldCheck } from "./routed-world.ts";

type Clause = "authentication" | "authorization" | "privacy" | "trust" | "access";

/** What must hold of the chosen pair, and which evidence of the decision and its certificate must say so. */
function chosenHolds(
  name: string,
  clauses: readonly Clause[],
  holds: (world: World, pair: Pair) => boolean,
  faults: Readonly<Record<string, Fault>>,
): WorldCheck {
  return {
    name,
    judge: ({ world, decision }) => {
      if (decision.kind === "refused") return "vacuous";
      const pair = chosenPair(world, decision);
      if (pair === undefined) return { violation: "the chosen pair does not exist" };
      if (!holds(world, pair)) return { violation: `${clauses.join(", ")} does not hold for the chosen pair` };
      return evidenced(decision, clauses);
    },
    faults: { ...faults, "keeps-no-evidence": misstates(withoutEvidence) },
  };
}

function evidenced(decision: ChosenDecision, clauses: readonly Clause[]): Judgement {
  const found = decision.security.evidence.filter(({ holds }) => holds).map(({ clause }) => clause);
  const certified: readonly string[] = decision.outcome.security.map(({ clause }) => clause);
  const missing = clauses.filter((clause) => !found.includes(clause) || !certified.includes(clause));
  return judgement(missing.length === 0, () => `no evidence of ${missing.join(", ")}`);
}

function withoutEvidence(decision: ChosenDecision): ChosenDecision {
  const [first, second, third, fourth, fifth] = decision.security.evidence;
  const unheld = { holds: false } as const;
  const evidence = [
    { ...first, ...unheld },
    { ...second, ...unheld },
    { ...third, ...unheld },
    { ...fourth, ...unheld },
    { ...fifth, ...unheld },
  ] as const;
  return { ...decision, security: { ...decision.security, evidence } };
}

const believesTheCaller: Fault = misreads((world) => {
  const { principal } = world.request;
  return withRequest(world, { principal: { ...principal, evidence: { method: "local" } } });
});
const forgetsLabels: Fault = misreads((world) =>
  withDocument(withRequest(world, { detected: [] }), { data: { ...world.request.document.data, labels: [] } }),
);
const permitsAll: Fault = misreads((world) =>
  mapContracts(world, (contract) => ({ ...contract, access: { ...contract.access, public: true } })),
);
const trustsAll: Fault = misreads((world) =>
  withRequest(world, { principal: { ...world.request.principal, trust: 10 } }),
);

/** INV-CAIO-0004: routed, so all five predicates hold, each with evidence. */
export const allSecure = chosenHolds(
  "all-secure",
  ["authentication", "authorization", "privacy", "trust", "access"],
  (world, pair) => firstInsecure(pair, world.request, effectivePolicy(world.policy, world.request)) === undefined,
  { "believes-the-caller": believesTheCaller, "permits-all": permitsAll, "forgets-labels": forgetsLabels, "trusts-all": trustsAll },
);

/** INV-CAIO-SEC-0001 */
export const authenticated = chosenHolds("authenticated", ["authentication"], (world) => isAuthentic(world), {
  "believes-the-caller": believesTheCaller,
  "has-a-slow-clock": misreads((world) => withRequest(world, { now: world.request.now - 120_000 })),
  "allows-any-algorithm": misreads((world) => {
    const { principal } = world.request;
    return withRequest(world, { principal: { ...principal, evidence: { ...principal.evidence, alg: "ES256" } } });
  }),
});

function isAuthentic({ request: { principal, now } }: World): boolean {
  const { method, alg, exp, nbf, keyId } = principal.evidence;
  const current = exp === undefined ? method !== "jwt" : now < exp * 1000;
  if (method === "local") return true;
  if (method === "api_key") return keyId !== undefined && current;
  const asymmetric = alg !== undefined && /^(?:EdDSA|[EPR]S(?:256|384|512))$/.test(alg);
  return asymmetric && current && (nbf === undefined || nbf * 1000 <= now);
}

/** INV-CAIO-SEC-0002 */
export const authorised = chosenHolds(
  "authorised",
  ["authorization"],
  ({ request }, { service: { contract } }) => {
    const { public: open, requiredPermissions, match } = contract.access;
    const held = requiredPermissions.filter((permission) => request.principal.permissions.includes(permission)).length;
    return open || (requiredPermissions.length > 0 && held >= (match === "all" ? requiredPermissions.length : 1));
  },
  {
    "permits-all": permitsAll,
    "takes-all-for-any": misreads((world) =>
      mapContracts(world, (contract) => ({ ...contract, access: { ...contract.access, match: "any" } })),
    ),
  },
);

/** INV-CAIO-SEC-0003 */
export const privacyKept = chosenHolds(
  "privacy-kept",
  ["privacy"],
  ({ request, policy: { base } }, { service: { contract } }) => {
    const sensitive = allLabels(request).filter((label) => base.privacy.sensitive.includes(label));
    const { dataLocality, encryption, encryptionType } = contract.privacy;
    const near = dataLocality === "on_device" || dataLocality === "local";
    const sealed = encryption === true && (base.privacy.mode === "encrypted" || encryptionType === "end_to_end");
    const allowed = base.privacy.allowedLabels[contract.serviceId] ?? [];
    return near || sealed || sensitive.every((label) => allowed.includes(label));
  },
  {
    "forgets-labels": forgetsLabels,
    "forgets-what-was-detected": misreads((world) => withRequest(world, { detected: [] })),
    "takes-any-encryption": misreads((world) => withBase(world, { privacy: { ...world.policy.base.privacy, mode: "encrypted" } })),
  },
);

/** INV-CAIO-SEC-0004: trust, and the boundaries of tenant, region and route. */
export const accessible = chosenHolds(
  "accessible",
  ["trust", "access"],
  ({ request: { principal, document } }, { service: { contract } }) => {
    const { access, privacy, metadata } = contract;
    const { route } = document.requirements.constraints;
    const member = access.tenants.length === 0 || access.tenants.includes(principal.tenant);
    const inside = principal.region === undefined || privacy.regions?.includes(principal.region) === true;
    return principal.trust >= access.requiredTrustLevel && member && inside && (route === "any" || route === metadata.route);
  },
  {
    "trusts-all": trustsAll,
    "shows-all-tenants": misreads((world) =>
      mapContracts(world, (contract) => ({ ...contract, access: { ...contract.access, tenants: [] } })),
    ),
    "forgets-the-region": misreads((world) => {
      const principal = { ...world.request.principal };
      Reflect.deleteProperty(principal, "region");
      return withRequest(world, { principal });
    }),
    "forgets-the-route": misreads((world) => withConstraints(world, { route: "any" })),
  },
);

import { contractFromWire, historyFromWire, requestFromWire, toWire } from "@caio/contracts";
import { CaioError, type JsonObject, type JsonValue } from "@caio/core";
import { RegistrySnapshot, type RegistryEdit } from "@caio/registry";
import { policyFromWire } from "@caio/rules";
import type { Certificate, DecisionPredicate } from "@caio/traceability";

import { HistorySnapshot } from "../inputs/history-snapshot.ts";
import { PolicySnapshot } from "../inputs/policy-snapshot.ts";
import type { DecisionWorld } from "./world-file.ts";

/** Stand for what a bundle does not hold: the key, the fields, and who asks. Nothing before the score depends on them. */
const NO_KEY = "00".repeat(32);
const NO_FIELD: readonly number[] = Array.from({ length: 128 }, () => 0);
const NOBODY = "withheld";

/**
 * A world with the verdicts of a bundle's decision, as far as the bundle tells: its contracts, policies, history leaves and the
 * paths that it opens. Key and fields are not in a bundle, so scores, ties and control mean nothing in it; a path that is withheld
 * counts as absent, so its verdicts must be held against those of the certificate.
 *
 * @throws CaioError for parts that are not in normal form, or that lack a path without which there is no request
 */
export function worldOfBundle(predicate: DecisionPredicate): DecisionWorld {
  const { certificate, policies } = predicate;
  const [base, ...named] = policies.map((wire) => policyFromWire(wire));
  if (base === undefined) throw new CaioError("InvalidProof", "Found a bundle without a policy, expected the base policy at least.");
  return {
    request: requestFromWire(requestWire(predicate)),
    inputs: {
      registry: { view: viewOf(predicate), logIndex: null, freshness: certificate.inputs.registry.stale },
      policy: { snapshot: new PolicySnapshot(certificate.inputs.policy.version, base, Object.fromEntries(named.map((set) => [set.id, set]))), logIndex: null, freshness: certificate.inputs.policy.stale },
      history: { snapshot: HistorySnapshot.of(historyFromWire({ version: certificate.inputs.history.version, leaves: leavesOf(certificate) })), logIndex: null },
    },
  };
}

function requestWire({ certificate, disclosed }: DecisionPredicate): JsonObject {
  const value = (path: string): JsonValue | undefined => (Object.hasOwn(disclosed, path) ? disclosed[path]?.value : undefined);
  const size = present({ input_tokens: value("size.input_tokens"), max_output_tokens: value("size.max_output_tokens"), bytes: value("size.bytes") });
  const limit = (name: string): JsonValue | undefined => value(`limits.${name}`);
  const traits = value("traits");
  return present({
    document: present({
      intent: { categories: value("intent.categories") ?? [] },
      action: { kind: value("action.kind") ?? "read" },
      context: [],
      data: present({ labels: value("data.labels") ?? [], media_type: value("data.media_type") }),
      size,
      requirements: {
        capabilities: value("requirements.capabilities") ?? [],
        guarantees: value("requirements.guarantees") ?? [],
        constraints: value("requirements.constraints") ?? { regions: [], route: "any", services: [], models: [] },
        privacy: value("requirements.privacy") ?? { on_device: false, compliance: [] },
      },
      limits: present({
        budget_micros: limit("budget_micros"), currency: limit("currency"), latency_us: limit("latency_us"),
        latency_coverage_ppm: limit("latency_coverage_ppm"), deadline_us: limit("deadline_us"),
      }),
      policies: value("policies") ?? [],
      fallback: value("fallback") ?? true,
      plan: value("plan") ?? null,
    }),
    now: certificate.now,
    decision_key: NO_KEY,
    test_key: true,
    principal: present({
      subject: NOBODY,
      issuer: value("principal.issuer") ?? NOBODY,
      tenant: certificate.tenant,
      permissions: value("principal.permissions") ?? [],
      trust: value("principal.trust") ?? 0,
      region: value("principal.region"),
      traits,
      evidence: evidenceOf(certificate),
    }),
    traits,
    detected: toWire(certificate.detected),
    size,
    fields: { encoder_id: certificate.encoderId, intent: NO_FIELD, context: [] },
    lineage: certificate.lineage === null ? undefined : toWire(certificate.lineage),
  });
}

function evidenceOf({ authentication }: Certificate): JsonObject {
  const { method, keyId, alg, exp, nbf } = authentication;
  return present({ method, key_id: keyId ?? undefined, alg: alg ?? undefined, exp: exp ?? undefined, nbf: nbf ?? undefined });
}

function viewOf({ certificate, contracts, encodings }: DecisionPredicate): DecisionWorld["inputs"]["registry"]["view"] {
  const edits = contracts.flatMap((wire, at): readonly RegistryEdit[] => {
    const contract = contractFromWire(wire);
    const { serviceId } = contract;
    const { encoderId = certificate.encoderId, ints = NO_FIELD } = encodings[at] ?? {};
    const register: RegistryEdit = { kind: "register", contract, encoding: ints, encoderId };
    return isDraining(serviceId, certificate) ? [register, { kind: "drain", serviceId }] : [register];
  });
  return RegistrySnapshot.restore(certificate.inputs.registry.epoch, edits).view(certificate.tenant);
}

/** A pair that falls for its health, though nothing was measured to be wrong with it. */
function isDraining(serviceId: string, { verdicts, history }: Certificate): boolean {
  return verdicts.some((verdict, at) => verdict.service === serviceId && verdict.step !== 0 && verdict.clause === "health" && history[at]?.leaf?.["health"] !== "unhealthy");
}

/** Without what was learned, which only the score reads. */
function leavesOf({ history }: Certificate): readonly JsonObject[] {
  return history.flatMap(({ service, model, leaf }) => {
    if (leaf === null) return [];
    const { health, promises, outcomes, violations } = leaf;
    return [present({ service, model, health, promises, outcomes, violations })];
  });
}

function present(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const kept: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(members)) if (value !== undefined) kept[key] = value;
  return kept;
}

import { committedValues, derive, type RoutingDecision } from "@caio/orchestrator";
import { policyToWire } from "@caio/rules";
import { historyToDocument, toWire, type HistoryLeaf } from "@caio/contracts";
import { isObject, type Json, type JsonObject } from "@caio/verifier";

import type { World } from "../../reference/world.ts";
import type { Path } from "../mutate.ts";

/** A service of the view, as the registry commits to it. */
export interface CommittedService extends JsonObject {
  readonly contract: Json;
  readonly encoding: { readonly encoderId: Json; readonly ints: Json };
  readonly draining: Json;
}

/** A pair with its leaf of H, its learned arrays whole: a certificate writes their digests (`certifiedLeaf`). Null where H has none. */
export interface CommittedLeaf extends JsonObject {
  readonly service: string;
  readonly model: string | null;
  readonly leaf: Json;
}

/**
 * Everything that an operator commits to before a decision, in wire form, the services and leaves that no bundle shows
 * among it. Any value of it can be changed and committed to anew (`relink`), and decided anew (`redecide`).
 */
export interface Committed extends JsonObject {
  readonly services: readonly CommittedService[];
  readonly base: Json;
  readonly named: JsonObject;
  readonly history: readonly CommittedLeaf[];
  /** Values of the request by path: what is not here, or null, is not said. */
  readonly request: JsonObject;
  /** The salt of every path. */
  readonly salts: JsonObject;
}

export const committedKinds = ["contract", "encoding", "registry", "policy", "history", "request"] as const;
export type CommittedKind = (typeof committedKinds)[number];

export function committedOf(world: World, decision: RoutingDecision): Committed {
  const tenant = world.request.principal.tenant;
  const { certificate } = decision;
  const values = committedValues(world.request);
  const key = Buffer.from(world.request.decisionKey, "hex");
  const leaves = world.history.leaves.map((leaf): CommittedLeaf => ({ service: leaf.service, model: leaf.model, leaf: wholeLeaf(leaf) }));
  const bare = certificate.history.filter(({ leaf }) => leaf === null).map(({ service, model }): CommittedLeaf => ({ service, model, leaf: null }));
  return {
    services: world.services
      .filter(({ contract: { access } }) => access.tenants.length === 0 || access.tenants.includes(tenant))
      .map(({ contract, encoding, draining }): CommittedService => ({ contract: toWire(contract), encoding: { encoderId: "world-1", ints: [...encoding] }, draining }))
      .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1)),
    base: policyToWire(world.policy.base),
    named: Object.fromEntries(Object.entries(world.policy.named).map(([id, policy]) => [id, policyToWire(policy)])),
    history: [...leaves, ...bare],
    request: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)),
    salts: Object.fromEntries(Object.keys(values).map((path) => [path, Buffer.from(derive(key, "salt", path)).toString("hex")])),
  };
}

/** A leaf as a history document keeps it, null where nothing was learned. */
function wholeLeaf(leaf: HistoryLeaf): Json {
  const [document] = historyToDocument({ version: 0, leaves: [leaf] })["leaves"] as readonly JsonObject[];
  const { health = null, promises = null, outcomes = null, violations = null, learned = null, memory = null } = document ?? {};
  return { health, promises, outcomes, violations, learned, memory };
}

/** Where the values of a kind stand that a bundle of the decision shows: only their change can be seen. */
export function shownPlaces(kind: CommittedKind, { services, history }: Committed, world: World, decision: RoutingDecision): Path[] {
  const judged = new Set(decision.verdicts.map(({ service, model }) => `${service} ${model ?? ""}`));
  const shown = new Set(decision.verdicts.map(({ service }) => service));
  const at = services.flatMap((service, index) => (shown.has(idOf(service)) ? [index] : []));
  if (kind === "contract" || kind === "encoding") return at.map((index) => ["services", index, kind]);
  if (kind === "registry") return at.map((index) => ["services", index, "draining"]);
  if (kind === "policy") return [["base"], ...world.request.document.policies.map((id) => ["named", id])];
  if (kind === "history") return history.flatMap(({ service, model }, index) => (judged.has(`${service} ${model ?? ""}`) ? [["history", index, "leaf"]] : []));
  return [["request"]];
}

/** The id that a contract gives, "" for none. */
export function idOf({ contract }: CommittedService): string {
  const id = isObject(contract) ? contract["service_id"] : undefined;
  return typeof id === "string" ? id : "";
}

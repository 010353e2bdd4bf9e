import { canonicalJson, type JsonObject } from "@caio/core";
import {
  contractFromWire,
  historyFromWire,
  historyToDocument,
  requestFromWire,
  toWireObject,
  type Request,
} from "@caio/contracts";
import { RegistrySnapshot, type RegistryEdit, type ServiceEntry } from "@caio/registry";
import { policyFromWire, policyToWire, type PolicySet } from "@caio/rules";

import type { DecisionInputs } from "../inputs/decision-inputs.ts";
import type { Freshness } from "../inputs/freshness.ts";
import { HistorySnapshot } from "../inputs/history-snapshot.ts";
import { PolicySnapshot } from "../inputs/policy-snapshot.ts";
import { WorldReader } from "./world-reader.ts";

const VERSION = 1;

/** Everything a decision is a function of. */
export interface DecisionWorld {
  readonly request: Request;
  readonly inputs: DecisionInputs;
}

/**
 * All that a replay needs, as canonical JSON. It holds the request whole and the decision key: keep it as you keep those, and
 * erase it with them.
 */
export function toWorldFile(request: Request, { registry, policy, history }: DecisionInputs): string {
  const { view } = registry;
  const { leaves = [] } = historyToDocument(history.snapshot.history);
  const { version, base, named } = policy.snapshot;
  return canonicalJson({
    caio_world: VERSION,
    registry: { tenant: view.tenant, epoch: view.epoch, log_index: registry.logIndex, services: view.services.map(serviceWire), ...freshnessWire(registry.freshness) },
    policy: {
      version,
      log_index: policy.logIndex,
      ...freshnessWire(policy.freshness),
      base: policyToWire(base),
      named: Object.fromEntries(Object.entries(named).map(([id, set]) => [id, policyToWire(set)])),
    },
    history: { version: history.snapshot.version, log_index: history.logIndex, leaves },
    request: toWireObject(request),
  });
}

/**
 * The world of a file that `toWorldFile` made, parsed as strictly as any document. Its registry view has the root that it had.
 *
 * @throws CaioError `NotCanonical` for text that is not canonical JSON, `InvalidRequest` for what is no world, and what the
 *   parsers of its parts throw.
 */
export function fromWorldFile(text: string): DecisionWorld {
  const world = WorldReader.parse(text);
  world.requireKeys("caio_world", "history", "policy", "registry", "request");
  if (world.count("caio_world") !== VERSION) throw world.refuse("caio_world", `version ${String(VERSION)} of the form`);
  const policy = world.at("policy");
  policy.requireKeys("base", "log_index", "named", "version", ...policy.present("freshness"));
  return {
    request: requestFromWire(world.at("request").members),
    inputs: {
      registry: readRegistry(world.at("registry")),
      policy: { snapshot: readPolicies(policy), logIndex: policy.countOrNull("log_index"), ...readFreshness(policy) },
      history: readHistory(world.at("history")),
    },
  };
}

function serviceWire({ wire, encoding, encoderId, draining }: ServiceEntry): JsonObject {
  return { contract: wire, encoding, encoder_id: encoderId, draining };
}

function readPolicies(policy: WorldReader): PolicySnapshot {
  const named = policy.at("named");
  const sets = Object.keys(named.members).map((id): [string, PolicySet] => [id, policyFromWire(named.at(id).members)]);
  return new PolicySnapshot(policy.count("version"), policyFromWire(policy.at("base").members), Object.fromEntries(sets));
}

function readHistory(history: WorldReader): DecisionInputs["history"] {
  history.requireKeys("leaves", "log_index", "version");
  const { leaves = [], version = 0 } = history.members;
  return { snapshot: HistorySnapshot.of(historyFromWire({ leaves, version })), logIndex: history.countOrNull("log_index") };
}

function readRegistry(registry: WorldReader): DecisionInputs["registry"] {
  registry.requireKeys("epoch", "log_index", "services", "tenant", ...registry.present("freshness"));
  const services = registry.list("services");
  const view = RegistrySnapshot.restore(registry.count("epoch"), services.flatMap(readService)).view(registry.text("tenant"));
  // A service of other tenants would change nothing and so go unseen.
  if (view.size !== services.length) throw registry.refuse("services", "services of the view of this tenant alone");
  return { view, logIndex: registry.countOrNull("log_index"), ...readFreshness(registry) };
}

function freshnessWire(freshness: Freshness | undefined): JsonObject {
  return freshness === undefined ? {} : { freshness: { bound_ms: freshness.boundMs, confirmed_ms_ago: freshness.confirmedMsAgo } };
}

function readFreshness(input: WorldReader): { readonly freshness?: Freshness } {
  if (input.present("freshness").length === 0) return {};
  const freshness = input.at("freshness");
  freshness.requireKeys("bound_ms", "confirmed_ms_ago");
  return { freshness: { boundMs: freshness.count("bound_ms"), confirmedMsAgo: freshness.count("confirmed_ms_ago") } };
}

function readService(service: WorldReader): readonly RegistryEdit[] {
  service.requireKeys("contract", "draining", "encoder_id", "encoding");
  const contract = contractFromWire(service.at("contract").members);
  const { serviceId } = contract;
  const encoderId = service.text("encoder_id");
  const register: RegistryEdit = { kind: "register", contract, encoding: service.integers("encoding"), encoderId };
  return service.flag("draining") ? [register, { kind: "drain", serviceId }] : [register];
}

import {
  contractFromWire, fromWire, historyFromWire, requestFromWire, toWire,
  type Field, type History, type HistoryLeaf, type Request, type ServiceContract,
} from "@caio/contracts";
import { HistorySnapshot, PolicySnapshot, type DecisionInputs } from "@caio/orchestrator";
import { RegistrySnapshot, type RegistryView } from "@caio/registry";
import { policyFromWire, type PolicySet } from "@caio/rules";
import { isObject, type Json, type JsonObject } from "@caio/verifier";

import type { World, WorldService } from "../../reference/world.ts";
import { objectOf, textOf } from "../bundle-writer.ts";
import { INDICES } from "../material.ts";
import type { Committed } from "./committed.ts";
import { listOf } from "./tries.ts";

/** A world that was read back from what an operator committed to. */
export interface CommittedWorld {
  readonly world: World;
  /** @throws CaioError for what the registry would not take */
  readonly inputs: () => DecisionInputs;
  /** What the parsers of normalised forms refuse of it; the rest is read as the calculus reads it. */
  readonly loose: readonly string[];
  /** Paths that the door always says and these inputs do not: read as the empty ones. */
  readonly unsaid: readonly string[];
}

/** What the door always says, and how it reads where it is not said. */
const EMPTY: JsonObject = {
  "intent.categories": [], "action.kind": "read", "data.labels": [], "requirements.capabilities": [], "requirements.guarantees": [],
  "requirements.constraints": { regions: [], route: "any", services: [], models: [] }, "requirements.privacy": { on_device: false, compliance: [] },
  context: [], policies: [], fallback: false, "principal.subject": "x", "principal.issuer": "x", "principal.permissions": [], "principal.trust": 0, labels: [],
};

/** The world of changed inputs. `before` gives what no commitment holds: the key, the time, the fields, the lineage. @throws Error if it cannot be read at all */
export function worldOf(committed: Committed, before: World): CommittedWorld {
  const loose: string[] = [];
  const read = <T>(what: string, exact: () => T, plainly: () => T): T => {
    try {
      return exact();
    } catch (error) {
      loose.push(`${what}: ${error instanceof Error ? error.message.slice(0, 200) : "refused"}`);
      return plainly();
    }
  };
  const shown = committed.services.map(({ contract, encoding, draining }): WorldService => ({
    contract: read("contract", () => contracts.of(contract, () => contractFromWire(contract)), () => plain(contract)),
    encoding: listOf(encoding.ints).map(Number),
    draining: draining === true,
  }));
  for (const { encoding } of committed.services) if (Object.keys(objectOf(encoding)).sort().join() !== "encoderId,ints") loose.push("encoding: other members than its encoder and its integers");
  const tenant = before.request.principal.tenant;
  const hidden = before.services.filter(({ contract: { access } }) => access.tenants.length > 0 && !access.tenants.includes(tenant));
  const services = [...shown, ...hidden];
  for (const [id, named] of Object.entries(committed.named)) if (objectOf(named)["id"] !== id) loose.push(`policy: ${id} is stored under another id`);
  const policy = (wire: Json): PolicySet => read("policy", () => policies.of(wire, () => policyFromWire(wire)), () => plain(wire));
  const leaves = committed.history.filter(({ leaf }) => leaf !== null);
  const history = read("history", () => histories.of(committed.history, () => exactHistory(before.history.version, leaves)), () => plainHistory(before.history.version, leaves));
  const unsaid = Object.keys(EMPTY).filter((path) => (committed.request[path] ?? null) === null);
  if (unsaid.length > 0) loose.push(`request: ${unsaid.join(", ")} not said`);
  const wire = requestWire({ ...committed, request: { ...committed.request, ...Object.fromEntries(unsaid.map((path) => [path, EMPTY[path] ?? null])) } }, before.request);
  const request = read("request", () => requests.of(committed.request, () => requestFromWire(wire)), () => plain(wire));
  const world: World = {
    services,
    policy: { base: policy(committed.base), named: Object.fromEntries(Object.entries(committed.named).map(([id, wire]) => [id, policy(wire)])) },
    history,
    request: { ...request, fields: fieldsFor(request) },
    ...(before.freshness === undefined ? {} : { freshness: before.freshness }),
  };
  return { world, inputs: () => inputsOf(world, committed), loose, unsaid };
}

function inputsOf({ services, policy, history, request, freshness }: World, committed: Committed): DecisionInputs {
  const make = (): RegistryView =>
    RegistrySnapshot.empty.change(
      services.flatMap(({ contract, encoding, draining }, at) => [
        { kind: "register" as const, contract, encoding, encoderId: textOf(committed.services[at]?.encoding.encoderId ?? "world-1") },
        ...(draining ? [{ kind: "drain" as const, serviceId: contract.serviceId }] : []),
      ]),
    ).snapshot.view(request.principal.tenant);
  const kept = views.of(committed.services, make);
  const view = kept.tenant === request.principal.tenant ? kept : make();
  const own = compiled.of(committed.base, () => new Once());
  return {
    registry: { view, logIndex: INDICES.registry, freshness: freshness?.registry },
    policy: { snapshot: own.of(committed.named, () => new PolicySnapshot(1, policy.base, policy.named)), logIndex: INDICES.policy, freshness: freshness?.policy },
    history: { snapshot: snapshots.of(committed.history, () => HistorySnapshot.of(history)), logIndex: INDICES.history },
  };
}

/** The request with what the paths say, and the rest of it as it was. */
function requestWire({ request }: Committed, before: Request): Json {
  const wire = objectOf(toWire(before));
  const { evidence = null, traits: own } = objectOf(wire["principal"]);
  const under = (prefix: string): JsonObject =>
    Object.fromEntries(Object.entries(request).filter(([path, value]) => path.startsWith(prefix) && value !== null).map(([path, value]) => [path.slice(prefix.length), value]));
  const said = (path: string): JsonObject => ((request[path] ?? null) === null ? {} : { [path]: request[path] ?? null });
  return {
    ...Object.fromEntries(Object.entries(wire).filter(([name]) => name !== "traits")),
    document: {
      ...said("name"), intent: under("intent."), action: under("action."), context: request["context"] ?? null, data: under("data."),
      size: objectOf(wire["document"])["size"] ?? null, requirements: under("requirements."), limits: under("limits."),
      policies: request["policies"] ?? null, fallback: request["fallback"] ?? null, plan: request["plan"] ?? null,
    },
    size: under("size."), ...said("traits"),
    principal: { ...under("principal."), evidence, ...(own !== undefined && { traits: own }) },
  };
}

/** One field a context item: where items are more than fields, the last ones are zero. The fields are no one's commitment. */
function fieldsFor({ fields, document }: Request): Request["fields"] {
  const zero = Array.from({ length: 128 }, () => 0) as unknown as Field;
  return { ...fields, context: document.context.map((_item, at) => fields.context[at] ?? zero) };
}

function exactHistory(version: number, leaves: Committed["history"]): History {
  return historyFromWire({
    version,
    leaves: leaves.map(({ service, model, leaf }) => Object.fromEntries(Object.entries({ service, model, ...objectOf(leaf) }).filter(([key, value]) => value !== null || key === "model"))),
  });
}

/** A history as the calculus reads it, its lists of doubles from hex. */
function plainHistory(version: number, leaves: Committed["history"]): History {
  const doubles = (hex: Json | undefined): number[] => (textOf(hex).match(/[0-9a-f]{16}/g) ?? []).map((word) => Buffer.from(word, "hex").readDoubleBE());
  return {
    version,
    leaves: leaves.map(({ service, model, leaf }): HistoryLeaf => {
      const { learned, memory, ...rest } = objectOf(leaf);
      return {
        ...(plain(rest) as object as HistoryLeaf), service, model,
        ...(isObject(learned) && { learned: { theta: doubles(learned["theta"]), inverse: doubles(learned["inverse"]) } }),
        ...(typeof memory === "string" && { memory: doubles(memory) }),
      };
    }),
  };
}

/** What is made of a part of the inputs: most parts of a mutant are the very objects of the world that it was made of. */
class Once<T> {
  readonly #known = new WeakMap<object, T>();

  of(part: Json | object, make: () => T): T {
    if (typeof part !== "object" || part === null) return make();
    const value = this.#known.get(part) ?? make();
    this.#known.set(part, value);
    return value;
  }
}

const contracts = new Once<ServiceContract>();
const policies = new Once<PolicySet>();
const histories = new Once<History>();
const requests = new Once<Request>();
const views = new Once<RegistryView>();
const snapshots = new Once<HistorySnapshot>();
const compiled = new Once<Once<PolicySnapshot>>();

/** A value of a wire form that its own parser refuses: the decision has to make of it what it can, or to throw. */
function plain(wire: Json): never {
  return fromWire(wire) as never;
}

/** The same inputs with other policies. */
export function inputsWith(inputs: DecisionInputs, { base, named }: World["policy"]): DecisionInputs {
  return { ...inputs, policy: { ...inputs.policy, snapshot: new PolicySnapshot(1, base, named) } };
}

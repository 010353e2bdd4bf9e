import type { Request, RequestDocument, RequestLimits, RequiredConstraints, RequiredPrivacy, Requirements, ServiceContract } from "@caio/contracts";
import type { PolicySet, Rule } from "@caio/rules";

import type { World } from "../../reference/world.ts";
import { stampedSize } from "./request.ts";

/** Changes to a world, each giving a new one that is as honest as the old. */

export function withRequest(world: World, change: Partial<Request>): World {
  return { ...world, request: { ...world.request, ...change } };
}

/** Keeps the stamped size true to the document. */
export function withDocument(world: World, change: Partial<RequestDocument>): World {
  const document = { ...world.request.document, ...change };
  return withRequest(world, { document, size: stampedSize(document) });
}

export function withRequirements(world: World, change: Partial<Requirements>): World {
  return withDocument(world, { requirements: { ...world.request.document.requirements, ...change } });
}

export function withConstraints(world: World, change: Partial<RequiredConstraints>): World {
  return withRequirements(world, { constraints: { ...world.request.document.requirements.constraints, ...change } });
}

export function withPrivacy(world: World, change: Partial<RequiredPrivacy>): World {
  return withRequirements(world, { privacy: { ...world.request.document.requirements.privacy, ...change } });
}

/** The limits given, in place of all that the request says. */
export function withLimits(world: World, limits: RequestLimits): World {
  return withDocument(world, { limits });
}

export function withBase(world: World, change: Partial<PolicySet>): World {
  return { ...world, policy: { ...world.policy, base: { ...world.policy.base, ...change } } };
}

/** Keeps the rules that the test holds for, in every policy. */
export function keepRules(world: World, test: (rule: Rule) => boolean): World {
  const keep = (policy: PolicySet): PolicySet => ({ ...policy, rules: policy.rules.filter(test) });
  const named = Object.fromEntries(Object.entries(world.policy.named).map(([id, policy]) => [id, keep(policy)]));
  return { ...world, policy: { base: keep(world.policy.base), named } };
}

export function mapContracts(world: World, change: (contract: ServiceContract) => ServiceContract): World {
  return { ...world, services: world.services.map((service) => ({ ...service, contract: change(service.contract) })) };
}

/** The object without a member. */
export function without<Value extends object, Key extends keyof Value>(value: Value, key: Key): Omit<Value, Key> {
  const rest = { ...value };
  Reflect.deleteProperty(rest, key);
  return rest;
}

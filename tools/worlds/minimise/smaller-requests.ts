import type { RequestDocument, Requirements } from "@caio/contracts";

import type { World } from "../../reference/world.ts";
import { withDocument, withRequest, without } from "../random/change.ts";
import { replaced, withoutMembers, withoutParts } from "./drop.ts";

/** A request that asks and says less. */
export function* smallerRequests(world: World): Generator<World> {
  const { request } = world;
  const { document, principal, fields, lineage } = request;
  if (lineage !== undefined) yield { ...world, request: without(request, "lineage") };
  for (const excluded of withoutParts(lineage?.excluded ?? [])) {
    yield withRequest(world, { lineage: { parent: lineage?.parent ?? "", excluded } });
  }
  if (request.traits !== undefined) {
    yield { ...world, request: { ...without(request, "traits"), principal: without(principal, "traits") } };
  }
  for (const detected of withoutParts(request.detected)) yield withRequest(world, { detected });
  for (const smaller of withoutMembers(principal, ["region"])) yield withRequest(world, { principal: smaller });
  for (const permissions of withoutParts(principal.permissions)) {
    yield withRequest(world, { principal: { ...principal, permissions } });
  }
  if (fields.intentRate !== undefined) yield withRequest(world, { fields: without(fields, "intentRate") });
  for (const context of withoutParts(document.context.map((item, index) => ({ item, field: fields.context[index] ?? [] })))) {
    const shorter = withRequest(world, { fields: { ...fields, context: context.map(({ field }) => field) } });
    yield withDocument(shorter, { context: context.map(({ item }) => item) });
  }
  for (const smaller of smallerDocuments(document)) yield withDocument(world, smaller);
}

function* smallerDocuments(document: RequestDocument): Generator<Partial<RequestDocument>> {
  const { intent, data, size, limits } = document;
  for (const requirements of smallerRequirements(document.requirements)) yield { requirements };
  for (const smaller of withoutMembers(intent, ["text"])) yield { intent: smaller };
  for (const categories of withoutParts(intent.categories)) yield { intent: { ...intent, categories } };
  for (const smaller of withoutMembers(data, ["mediaType", "payload"])) yield { data: smaller };
  for (const labels of withoutParts(data.labels)) yield { data: { ...data, labels } };
  for (const smaller of withoutMembers(size, ["inputTokens", "maxOutputTokens", "bytes"])) yield { size: smaller };
  for (const smaller of withoutMembers(limits, ["budgetMicros", "currency", "latencyUs", "latencyCoveragePpm", "deadlineUs"])) {
    yield { limits: smaller };
  }
  if (document.action.kind !== "read") yield { action: { kind: "read" } };
  if (document.plan !== null) yield { plan: null };
}

function* smallerRequirements(requirements: Requirements): Generator<Requirements> {
  const { capabilities, guarantees, constraints, privacy } = requirements;
  for (const fewer of withoutParts(capabilities)) yield { ...requirements, capabilities: fewer };
  for (const [index, group] of capabilities.entries()) {
    for (const anyOf of withoutParts(group.anyOf)) {
      if (anyOf.length > 0) yield { ...requirements, capabilities: replaced(capabilities, index, { anyOf }) };
    }
  }
  for (const fewer of withoutParts(guarantees)) yield { ...requirements, guarantees: fewer };
  for (const smaller of withoutMembers(constraints, ["maxLocality", "requiresGpu", "requiresInternet"])) {
    yield { ...requirements, constraints: smaller };
  }
  const open = { ...constraints, route: "any" as const };
  if (constraints.route !== "any") yield { ...requirements, constraints: open };
  for (const regions of withoutParts(constraints.regions)) yield { ...requirements, constraints: { ...constraints, regions } };
  for (const services of withoutParts(constraints.services)) yield { ...requirements, constraints: { ...constraints, services } };
  for (const models of withoutParts(constraints.models)) yield { ...requirements, constraints: { ...constraints, models } };
  for (const smaller of withoutMembers(privacy, ["encryption"])) yield { ...requirements, privacy: smaller };
  if (privacy.onDevice) yield { ...requirements, privacy: { ...privacy, onDevice: false } };
  for (const compliance of withoutParts(privacy.compliance)) yield { ...requirements, privacy: { ...privacy, compliance } };
}

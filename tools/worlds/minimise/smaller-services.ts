import type { Model, ServiceContract } from "@caio/contracts";

import type { World } from "../../reference/world.ts";
import { replaced, withoutMembers, withoutParts } from "./drop.ts";

/** Fewer services; then contracts that say less. */
export function* smallerServices(world: World): Generator<World> {
  for (const services of withoutParts(world.services)) yield { ...world, services };
  for (const [index, service] of world.services.entries()) {
    if (service.draining) yield { ...world, services: replaced(world.services, index, { ...service, draining: false }) };
    for (const contract of smallerContracts(service.contract)) {
      yield { ...world, services: replaced(world.services, index, { ...service, contract }) };
    }
  }
}

function* smallerContracts(contract: ServiceContract): Generator<ServiceContract> {
  for (const models of withoutParts(contract.models)) yield { ...contract, models };
  for (const [index, model] of contract.models.entries()) {
    for (const smaller of smallerModels(model)) yield { ...contract, models: replaced(contract.models, index, smaller) };
  }
  for (const capabilities of withoutParts(contract.capabilities)) yield { ...contract, capabilities };
  for (const [index, capability] of contract.capabilities.entries()) {
    for (const parameters of withoutParts(Object.entries(capability.parameters))) {
      const smaller = { ...capability, parameters: Object.fromEntries(parameters) };
      yield { ...contract, capabilities: replaced(contract.capabilities, index, smaller) };
    }
  }
  for (const guarantees of withoutParts(contract.guarantees)) yield { ...contract, guarantees };
  yield* withoutMembers(contract, ["cost", "name", "description"]);
  yield* smallerParts(contract);
}

function* smallerModels(model: Model): Generator<Model> {
  yield* withoutMembers(model, [
    "capabilities",
    "guarantees",
    "cost",
    "contextTokens",
    "maxOutputTokens",
    "competenceMicros",
  ]);
}

function* smallerParts(contract: ServiceContract): Generator<ServiceContract> {
  const { privacy, alignment, constraints, metadata, access } = contract;
  for (const smaller of withoutMembers(privacy, ["dataLocality", "encryptionType", "encryption", "dataRetention", "regions"])) {
    yield { ...contract, privacy: smaller };
  }
  for (const compliance of withoutParts(privacy.compliance)) yield { ...contract, privacy: { ...privacy, compliance } };
  for (const smaller of withoutMembers(alignment, ["safetyLevel", "contentFiltering", "biasMitigation"])) {
    yield { ...contract, alignment: smaller };
  }
  for (const smaller of withoutMembers(constraints, [
    "maxConcurrentRequests",
    "rateLimit",
    "contextLength",
    "maxBytes",
    "mediaTypes",
    "requiresGpu",
    "requiresInternet",
  ])) {
    yield { ...contract, constraints: smaller };
  }
  for (const smaller of withoutMembers(metadata, ["category", "provider", "route"])) yield { ...contract, metadata: smaller };
  for (const tags of withoutParts(metadata.tags)) yield { ...contract, metadata: { ...metadata, tags } };
  for (const tenants of withoutParts(access.tenants)) yield { ...contract, access: { ...access, tenants } };
  for (const requiredPermissions of withoutParts(access.requiredPermissions)) {
    yield { ...contract, access: { ...access, requiredPermissions } };
  }
}

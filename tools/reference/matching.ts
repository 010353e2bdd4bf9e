/** Calculus §2: the pairs, and C(s, m) ⊨ Q(r). */
import type { Capability, Cost, Guarantee, HistoryLeaf, Model, ParameterValue, Request } from "@caio/contracts";

import type { World, WorldService } from "./world.ts";

/** A candidate with its effective contract and its leaf of H. */
export interface Pair {
  readonly service: WorldService;
  readonly model: Model | null;
  readonly capabilities: readonly Capability[];
  readonly guarantees: readonly Guarantee[];
  readonly cost: Cost | undefined;
  readonly leaf: HistoryLeaf | undefined;
}

export function pairsOf(service: WorldService, world: World): Pair[] {
  const { contract } = service;
  const models = contract.models.length === 0 ? [null] : contract.models;
  return models.map((model) => ({
    service,
    model,
    capabilities: model?.capabilities ?? contract.capabilities,
    guarantees: model?.guarantees ?? contract.guarantees,
    cost: model?.cost ?? contract.cost,
    leaf: world.history.leaves.find(
      (leaf) => leaf.service === contract.serviceId && leaf.model === (model === null ? null : model.id),
    ),
  }));
}

/** c ⊑ q on types: equal, or q followed by a dot and more. */
export function refinesType(offered: string, asked: string): boolean {
  const offeredSegments = offered.split(".");
  return asked.split(".").every((segment, index) => offeredSegments[index] === segment);
}

/** The first clause of step 1 that the pair fails. */
export function firstUnmatched(pair: Pair, request: Request): string | undefined {
  if (isExcluded(pair, request)) return "excluded";
  if (pair.service.draining || pair.leaf?.health === "unhealthy") return "health";
  if (!offersCapabilities(pair, request)) return "capabilities";
  if (!givesGuarantees(pair, request)) return "guarantees";
  if (!meetsConstraints(pair, request)) return "constraints";
  if (!withinAssumptions(pair, request)) return "assumptions";
  return undefined;
}

function isExcluded(pair: Pair, request: Request): boolean {
  for (const excluded of request.lineage?.excluded ?? []) {
    if (excluded.service === pair.service.contract.serviceId && excluded.model === (pair.model?.id ?? null)) return true;
  }
  return false;
}

function offersCapabilities(pair: Pair, request: Request): boolean {
  return request.document.requirements.capabilities.every((group) =>
    group.anyOf.some((asked) =>
      pair.capabilities.some(
        (offered) =>
          refinesType(offered.type, asked.type) &&
          Object.entries(asked.parameters).every(([name, value]) => holds(offered.parameters[name], value)),
      ),
    ),
  );
}

/** The offered parameter is of the same kind and says at least as much. */
function holds(offered: ParameterValue | undefined, asked: ParameterValue): boolean {
  if (typeof asked !== "object") return offered === asked;
  if (isSet(asked)) return isSet(offered) && asked.every((element) => offered.includes(element));
  if (typeof offered !== "object" || isSet(offered)) return false;
  return isWithin(offered.minMicros, offered.maxMicros, asked.minMicros, asked.maxMicros);
}

function isSet(value: ParameterValue | undefined): value is readonly string[] {
  return Array.isArray(value);
}

/** [min, max] ⊆ [low, high], where an absent end is infinite. */
function isWithin(min = -Infinity, max = Infinity, low = -Infinity, high = Infinity): boolean {
  return min >= low && max <= high;
}

function givesGuarantees(pair: Pair, request: Request): boolean {
  return request.document.requirements.guarantees.every((asked) => {
    const measured = (pair.leaf?.promises ?? []).filter((promise) => promise.property === asked.property);
    const declared = pair.guarantees.some((offered) => meets(offered, asked));
    return declared && (measured.length === 0 || measured.some((offered) => meets(offered, asked)));
  });
}

function meets(offered: Guarantee, asked: Guarantee): boolean {
  return (
    offered.property === asked.property &&
    offered.coveragePpm >= asked.coveragePpm &&
    isWithin(lowerEnd(offered), upperEnd(offered), lowerEnd(asked), upperEnd(asked))
  );
}

export function lowerEnd({ bound }: Guarantee): number | undefined {
  if ("minUs" in bound) return bound.minUs;
  return "minMicros" in bound ? bound.minMicros : undefined;
}

export function upperEnd({ bound }: Guarantee): number | undefined {
  if ("maxUs" in bound) return bound.maxUs;
  return "maxMicros" in bound ? bound.maxMicros : undefined;
}

const FROM_SAFEST = ["on_device", "local", "private_cloud", "external"];

function meetsConstraints(pair: Pair, request: Request): boolean {
  const asked = request.document.requirements.constraints;
  const { privacy, constraints, serviceId } = pair.service.contract;
  if (asked.maxLocality !== undefined) {
    if (privacy.dataLocality === undefined) return false;
    if (FROM_SAFEST.indexOf(privacy.dataLocality) > FROM_SAFEST.indexOf(asked.maxLocality)) return false;
  }
  if (asked.regions.length > 0) {
    const regions = privacy.regions ?? [];
    if (regions.length === 0 || !regions.every((region) => asked.regions.includes(region))) return false;
  }
  if (asked.requiresGpu !== undefined && constraints.requiresGpu !== asked.requiresGpu) return false;
  if (asked.requiresInternet !== undefined && constraints.requiresInternet !== asked.requiresInternet) return false;
  if (asked.services.length > 0 && !asked.services.includes(serviceId)) return false;
  if (asked.models.length > 0 && (pair.model === null || !asked.models.includes(pair.model.id))) return false;
  return true;
}

/** The smaller of the request's and the model's output limit; undefined if neither says one. */
export function outputTokens(pair: Pair, request: Request): number | undefined {
  const said = [request.size.maxOutputTokens, pair.model?.maxOutputTokens].filter((value) => value !== undefined);
  return said.length === 0 ? undefined : Math.min(...said);
}

function withinAssumptions(pair: Pair, request: Request): boolean {
  const { constraints } = pair.service.contract;
  const { size, document } = request;
  const limit = pair.model?.contextTokens ?? constraints.contextLength?.maxTokens;
  const tokens = (size.inputTokens ?? 0) + (outputTokens(pair, request) ?? 0);
  if (limit !== undefined && tokens > limit) return false;
  if (constraints.maxBytes !== undefined && (size.bytes ?? 0) > constraints.maxBytes) return false;
  const media = document.data.mediaType;
  return media === undefined || constraints.mediaTypes === undefined || constraints.mediaTypes.includes(media);
}

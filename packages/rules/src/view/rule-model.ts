import { toWireObject, type Model } from "@caio/contracts";
import type { JsonObject } from "@caio/core";

/** `model` as conditions see it (calculus §3). Without a model it has no field, and `has(model.id)` is false. */
export function ruleModel(model: Model | null): JsonObject {
  if (model === null) return {};
  const { id, contextTokens, maxOutputTokens, competenceMicros } = model;
  return toWireObject({ id, contextTokens, maxOutputTokens, competenceMicros });
}

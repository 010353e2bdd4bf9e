import { z } from "zod";

import type { PropertyDefinition } from "../../catalogue/property.ts";
import type { RequestLimits, RequestSize } from "../../request.ts";
import type { RequiredConstraints, RequiredPrivacy, Requirements } from "../../requirements.ts";
import { localities } from "../../service-contract.ts";
import { requiredCapabilities } from "../capability.ts";
import { encryptionTypes, routes } from "../contract/terms.ts";
import { decimal, integer } from "../decimal.ts";
import { currency, id, modelId, setOf, word } from "../encodings.ts";
import { coverage, guarantees } from "../guarantee.ts";
import { mapping } from "../mapping.ts";

/** Larger sizes are refused, so that sums of them stay exact. */
export const MAX_SIZE = 1_000_000_000_000;
/** 9·10⁹ units in micro-units. */
export const MAX_BUDGET_MICROS = 9_000_000_000_000_000;
/** About 31 years in microseconds. */
export const MAX_DURATION_US = 1_000_000_000_000_000;

/** Nothing asked. */
export const anyConstraints: RequiredConstraints = { regions: [], route: "any", services: [], models: [] };
export const anyPrivacy: RequiredPrivacy = { onDevice: false, compliance: [] };

const requiredConstraints: z.ZodType<RequiredConstraints> = mapping({
  max_locality: z.enum(localities).exactOptional(),
  regions: setOf(word).exactOptional(),
  requires_gpu: z.boolean().exactOptional(),
  requires_internet: z.boolean().exactOptional(),
  route: z.enum(["any", ...routes]).exactOptional(),
  services: setOf(id).exactOptional(),
  models: setOf(modelId).exactOptional(),
}).transform(
  (raw): RequiredConstraints => ({
    ...(raw.max_locality === undefined ? {} : { maxLocality: raw.max_locality }),
    regions: raw.regions ?? [],
    ...(raw.requires_gpu === undefined ? {} : { requiresGpu: raw.requires_gpu }),
    ...(raw.requires_internet === undefined ? {} : { requiresInternet: raw.requires_internet }),
    route: raw.route ?? "any",
    services: raw.services ?? [],
    models: raw.models ?? [],
  }),
);

const requiredPrivacy: z.ZodType<RequiredPrivacy> = mapping({
  on_device: z.boolean().exactOptional(),
  encryption: z.enum(["any", ...encryptionTypes]).exactOptional(),
  compliance: setOf(word).exactOptional(),
}).transform(
  (raw): RequiredPrivacy => ({
    onDevice: raw.on_device ?? false,
    ...(raw.encryption === undefined ? {} : { encryption: raw.encryption }),
    compliance: raw.compliance ?? [],
  }),
);

/** `requirements:` as a mapping, or as a list of capabilities. */
export function requirements(catalogue: readonly PropertyDefinition[]): z.ZodType<Requirements> {
  const list = requiredCapabilities.transform(
    (capabilities): Requirements => ({ capabilities, guarantees: [], constraints: anyConstraints, privacy: anyPrivacy }),
  );
  const full = mapping({
    capabilities: requiredCapabilities.exactOptional(),
    guarantees: guarantees("demand", catalogue).exactOptional(),
    constraints: requiredConstraints.exactOptional(),
    privacy: requiredPrivacy.exactOptional(),
  }).transform(
    (raw): Requirements => ({
      capabilities: raw.capabilities ?? [],
      guarantees: raw.guarantees ?? [],
      constraints: raw.constraints ?? anyConstraints,
      privacy: raw.privacy ?? anyPrivacy,
    }),
  );
  return z.union([list, full]);
}

/** Milliseconds of a limit as microseconds, rounded down. */
export function durationLimit(): z.ZodType<number> {
  return decimal({ digits: 3, rounding: "down", min: 1, max: MAX_DURATION_US, expected: "milliseconds above 0" });
}

export const limits: z.ZodType<RequestLimits> = mapping({
  budget: decimal({
    digits: 6,
    rounding: "down",
    min: 0,
    max: MAX_BUDGET_MICROS,
    expected: "an amount from 0 to 9·10⁹",
  }).exactOptional(),
  currency: currency.exactOptional(),
  latency_ms: durationLimit().exactOptional(),
  latency_coverage: coverage("demand").exactOptional(),
  deadline_ms: durationLimit().exactOptional(),
}).transform(
  (raw): RequestLimits => ({
    ...(raw.budget === undefined ? {} : { budgetMicros: raw.budget }),
    ...(raw.currency === undefined ? {} : { currency: raw.currency }),
    ...(raw.latency_ms === undefined ? {} : { latencyUs: raw.latency_ms }),
    ...(raw.latency_coverage === undefined ? {} : { latencyCoveragePpm: raw.latency_coverage }),
    ...(raw.deadline_ms === undefined ? {} : { deadlineUs: raw.deadline_ms }),
  }),
);

export const size: z.ZodType<RequestSize> = mapping({
  input_tokens: integer(0, MAX_SIZE).exactOptional(),
  max_output_tokens: integer(0, MAX_SIZE).exactOptional(),
  bytes: integer(0, MAX_SIZE).exactOptional(),
}).transform(
  (raw): RequestSize => ({
    ...(raw.input_tokens === undefined ? {} : { inputTokens: raw.input_tokens }),
    ...(raw.max_output_tokens === undefined ? {} : { maxOutputTokens: raw.max_output_tokens }),
    ...(raw.bytes === undefined ? {} : { bytes: raw.bytes }),
  }),
);

import { localities } from "@caio/contracts";

import type { CelType, FieldType, StructType } from "./cel-type.ts";

const int: CelType = { kind: "scalar", name: "int" };
const text: CelType = { kind: "scalar", name: "string" };
const flag: CelType = { kind: "scalar", name: "bool" };
const texts: CelType = { kind: "list", element: { kind: "scalar", name: "string" } };

const one = (values: readonly string[]): CelType => ({ kind: "scalar", name: "string", values });
const said = (type: CelType): FieldType => ({ type, optional: false });
const maybe = (type: CelType): FieldType => ({ type, optional: true });
const struct = (fields: Readonly<Record<string, FieldType>>): StructType => ({ kind: "struct", fields });

/** What `request` holds in conditions (calculus §3). `said` is always there, `maybe` may be absent. */
export const requestType: StructType = struct({
  labels: said(texts),
  intent: said(struct({ categories: said(texts) })),
  action: said(struct({ kind: said(one(["read", "write", "destructive"])) })),
  data: said(struct({ media_type: maybe(text) })),
  size: said(struct({ input_tokens: maybe(int), max_output_tokens: maybe(int), bytes: maybe(int) })),
  limits: said(
    struct({
      budget_micros: maybe(int),
      latency_us: maybe(int),
      latency_coverage_ppm: maybe(int),
      deadline_us: maybe(int),
    }),
  ),
  principal: said(struct({ tenant: said(text), permissions: said(texts), trust: said(int), region: maybe(text) })),
  requirements: said(struct({ capabilities: said(texts) })),
});

/** What `service` holds: the wire form of the contract's parts, and figures of the pair (calculus §3). */
export const serviceType: StructType = struct({
  id: said(text),
  name: maybe(text),
  version: said(text),
  version_major: said(int),
  capabilities: said(texts),
  cost: maybe(
    struct({
      model: said(one(["per_token", "per_request", "per_second", "free"])),
      currency: said(text),
      base_pico: said(int),
      input_token_pico: said(int),
      output_token_pico: said(int),
      second_pico: said(int),
    }),
  ),
  latency_p50_us: maybe(int),
  latency_p95_us: maybe(int),
  latency_p99_us: maybe(int),
  availability_micros: maybe(int),
  accuracy_micros: maybe(int),
  privacy: said(
    struct({
      data_locality: maybe(one(localities)),
      encryption: maybe(flag),
      encryption_type: maybe(one(["in_transit", "at_rest", "end_to_end"])),
      data_retention: maybe(text),
      compliance: said(texts),
      regions: maybe(texts),
    }),
  ),
  alignment: said(
    struct({
      safety_level: maybe(one(["low", "medium", "high"])),
      content_filtering: maybe(flag),
      bias_mitigation: maybe(flag),
    }),
  ),
  access: said(
    struct({
      required_permissions: said(texts),
      match: said(one(["any", "all"])),
      required_trust_level: said(int),
      tenants: said(texts),
      public: said(flag),
    }),
  ),
  constraints: said(
    struct({
      max_concurrent_requests: maybe(int),
      rate_limit: maybe(struct({ per_minute: said(int) })),
      context_length: maybe(struct({ max_tokens: said(int) })),
      max_bytes: maybe(int),
      media_types: maybe(texts),
      requires_gpu: maybe(flag),
      requires_internet: maybe(flag),
    }),
  ),
  metadata: said(
    struct({
      tags: said(texts),
      category: maybe(text),
      provider: maybe(text),
      route: maybe(one(["internal", "external"])),
    }),
  ),
});

/** What `model` holds. All of it is absent for the pair without a model. */
export const modelType: StructType = struct({
  id: maybe(text),
  context_tokens: maybe(int),
  max_output_tokens: maybe(int),
  competence_micros: maybe(int),
});

/** What a condition may see: `when` the request alone, effects all three. */
export const conditionScopes = {
  when: { request: requestType },
  effect: { request: requestType, service: serviceType, model: modelType },
} as const satisfies Record<string, Readonly<Record<string, StructType>>>;

export type ConditionScope = keyof typeof conditionScopes;

import { canonicalJson, rememberedJson, type JsonValue } from "@caio/core";
import { rememberedWire, toWire, type Request } from "@caio/contracts";

import { effectiveLabels } from "./commitment.ts";

/** A path of a request that is committed to (formats). */
export interface CommittedField {
  readonly path: string;
  readonly read: (request: Request) => unknown;
  /**
   * `shared`: an immutable part that many requests have in common, converted and written once. `own`: of this request alone. `payload`:
   * the caller's own JSON, whose names are never converted.
   */
  readonly kind: "shared" | "own" | "payload";
}

const own = (path: string, read: CommittedField["read"]): CommittedField => ({ path, read, kind: "own" });
const shared = (path: string, read: CommittedField["read"]): CommittedField => ({ path, read, kind: "shared" });

/** All paths, in the order of their names. The list is fixed. */
export const committedFields: readonly CommittedField[] = [
  own("action.kind", ({ document }) => document.action.kind),
  own("context", ({ document }) => document.context),
  own("data.labels", ({ document }) => document.data.labels),
  own("data.media_type", ({ document }) => document.data.mediaType),
  { path: "data.payload", read: ({ document }) => document.data.payload, kind: "payload" },
  own("fallback", ({ document }) => document.fallback),
  own("intent.categories", ({ document }) => document.intent.categories),
  own("intent.text", ({ document }) => document.intent.text),
  own("labels", effectiveLabels),
  own("limits.budget_micros", ({ document }) => document.limits.budgetMicros),
  own("limits.currency", ({ document }) => document.limits.currency),
  own("limits.deadline_us", ({ document }) => document.limits.deadlineUs),
  own("limits.latency_coverage_ppm", ({ document }) => document.limits.latencyCoveragePpm),
  own("limits.latency_us", ({ document }) => document.limits.latencyUs),
  own("name", ({ document }) => document.name),
  shared("plan", ({ document }) => document.plan),
  shared("policies", ({ document }) => document.policies),
  own("principal.issuer", ({ principal }) => principal.issuer),
  shared("principal.permissions", ({ principal }) => principal.permissions),
  own("principal.region", ({ principal }) => principal.region),
  own("principal.subject", ({ principal }) => principal.subject),
  own("principal.tenant", ({ principal }) => principal.tenant),
  own("principal.trust", ({ principal }) => principal.trust),
  shared("requirements.capabilities", ({ document }) => document.requirements.capabilities),
  shared("requirements.constraints", ({ document }) => document.requirements.constraints),
  shared("requirements.guarantees", ({ document }) => document.requirements.guarantees),
  shared("requirements.privacy", ({ document }) => document.requirements.privacy),
  own("size.bytes", ({ size }) => size.bytes),
  own("size.input_tokens", ({ size }) => size.inputTokens),
  own("size.max_output_tokens", ({ size }) => size.maxOutputTokens),
  shared("traits", ({ traits }) => traits),
];

/** The value at a path in wire form, null where absent. */
function committedValue({ read, kind }: CommittedField, request: Request): JsonValue {
  const value = read(request);
  if (value === undefined) return null;
  if (kind === "payload") return value as JsonValue;
  return kind === "shared" ? rememberedWire(value) : toWire(value);
}

/** Its canonical text; null where absent. A payload was written when its size was stamped. */
export function committedText(field: CommittedField, request: Request): string | null {
  const value = committedValue(field, request);
  if (value === null) return null;
  return field.kind === "own" ? canonicalJson(value) : rememberedJson(value);
}

/** The value at every committed path in wire form, null where absent. */
export function committedValues(request: Request): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(committedFields.map((field) => [field.path, committedValue(field, request)]));
}

import { fromHex, rememberedJson, sha256Hex, type Digest, type JsonValue } from "@caio/core";
import { toWire, type Request } from "@caio/contracts";

import { derive } from "./identity.ts";

const COMMITMENT = 0x04;
const SALT_BYTES = 32;
/** The caller's own JSON: its names are never converted. */
const PAYLOAD = "data.payload";

/** A request as the world may see it: one salted commitment per path, null for what is absent (calculus §6). */
export interface RequestCommitments {
  readonly digest: Digest;
  readonly paths: Readonly<Record<string, Digest | null>>;
}

/**
 * Commits to every path of a request: SHA-256(0x04 ‖ salt ‖ canonical JSON), the salt derived from the decision key. Without
 * the key no undisclosed value can be guessed; with it each can be opened alone.
 */
export function commitToRequest(request: Request): RequestCommitments {
  const key = fromHex(request.decisionKey);
  const paths: Record<string, Digest | null> = {};
  for (const [path, value] of Object.entries(committedValues(request))) {
    paths[path] = value === null ? null : commitment(derive(key, "salt", path), rememberedJson(value));
  }
  return { digest: sha256Hex(rememberedJson(paths)), paths };
}

/** In one buffer: a hash over parts costs twice as much. */
function commitment(salt: Uint8Array, text: string): Digest {
  const bytes = Buffer.allocUnsafe(1 + SALT_BYTES + Buffer.byteLength(text));
  bytes[0] = COMMITMENT;
  bytes.set(salt, 1);
  bytes.write(text, 1 + SALT_BYTES);
  return sha256Hex(bytes);
}

/** A request is committed to, and what may be shown of it is kept: both want the same values. */
const valuesOf = new WeakMap<Request, Readonly<Record<string, JsonValue>>>();

/** The value at every committed path in wire form, null where absent. The list of paths is fixed (formats). */
export function committedValues(request: Request): Readonly<Record<string, JsonValue>> {
  const known = valuesOf.get(request);
  if (known !== undefined) return known;
  const made = wireValues(request);
  valuesOf.set(request, made);
  return made;
}

function wireValues(request: Request): Readonly<Record<string, JsonValue>> {
  const { document, principal, size } = request;
  const { limits, requirements } = document;
  // In the order of their names, so that nobody sorts them again.
  const values: Record<string, unknown> = {
    "action.kind": document.action.kind,
    context: document.context,
    "data.labels": document.data.labels,
    "data.media_type": document.data.mediaType,
    "data.payload": document.data.payload,
    fallback: document.fallback,
    "intent.categories": document.intent.categories,
    "intent.text": document.intent.text,
    labels: effectiveLabels(request),
    "limits.budget_micros": limits.budgetMicros,
    "limits.currency": limits.currency,
    "limits.deadline_us": limits.deadlineUs,
    "limits.latency_coverage_ppm": limits.latencyCoveragePpm,
    "limits.latency_us": limits.latencyUs,
    name: document.name,
    plan: document.plan,
    policies: document.policies,
    "principal.issuer": principal.issuer,
    "principal.permissions": principal.permissions,
    "principal.region": principal.region,
    "principal.subject": principal.subject,
    "principal.tenant": principal.tenant,
    "principal.trust": principal.trust,
    "requirements.capabilities": requirements.capabilities,
    "requirements.constraints": requirements.constraints,
    "requirements.guarantees": requirements.guarantees,
    "requirements.privacy": requirements.privacy,
    "size.bytes": size.bytes,
    "size.input_tokens": size.inputTokens,
    "size.max_output_tokens": size.maxOutputTokens,
    traits: request.traits,
  };
  const wire: Record<string, JsonValue> = {};
  for (const [path, value] of Object.entries(values)) wire[path] = value === undefined ? null : path === PAYLOAD ? (value as JsonValue) : wireOf(value);
  return wire;
}

/** Parts of documents and principals are immutable, and many requests share them. */
const wireForms = new WeakMap<object, JsonValue>();

function wireOf(value: unknown): JsonValue {
  if (typeof value !== "object" || value === null) return toWire(value);
  const known = wireForms.get(value);
  if (known !== undefined) return known;
  const made = toWire(value);
  wireForms.set(value, made);
  return made;
}

/** Declared ∪ detected labels, sorted and unique (calculus §4). */
export function effectiveLabels(request: Request): readonly string[] {
  const labels = new Set(request.document.data.labels);
  for (const { label } of request.detected) labels.add(label);
  return [...labels].sort();
}

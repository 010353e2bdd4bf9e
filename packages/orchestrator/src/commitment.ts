import { fromHex, HmacKey, rememberedJson, rememberJson, sha256Hex, type Digest, type JsonValue } from "@caio/core";
import { rememberedWire, type Request } from "@caio/contracts";

import { derivation } from "./identity.ts";

const COMMITMENT = 0x04;
/** The salt has 32 bytes. */
const VALUE_AT = 33;
const BYTES_A_UNIT = 3;
/** The caller's own JSON: its names are never converted. */
const PAYLOAD = "data.payload";

/** A request as the world may see it: one salted commitment per path, null for what is absent (calculus §6). */
export interface RequestCommitments {
  readonly digest: Digest;
  readonly paths: Readonly<Record<string, Digest | null>>;
}

/**
 * Commits to every path of a request: SHA-256(0x04 ‖ salt ‖ canonical JSON), the salt derived from the decision key. Without
 * the key no undisclosed value can be guessed; with it each can be opened alone. Computed when it is asked for: a decision of which nothing
 * is kept, and in which nothing is drawn by lot, never asks.
 */
export function commitToRequest(request: Request): RequestCommitments {
  let made: RequestCommitments | undefined;
  const commitments = (): RequestCommitments => (made ??= commitToValues(request));
  return {
    get digest() {
      return commitments().digest;
    },
    get paths() {
      return commitments().paths;
    },
  };
}

function commitToValues(request: Request): RequestCommitments {
  const key = new HmacKey(fromHex(request.decisionKey));
  const paths: Record<string, Digest | null> = {};
  let text = "";
  for (const [path, value] of Object.entries(committedValues(request))) {
    const found = value === null ? null : commitment(key, path, rememberedJson(value));
    paths[path] = found;
    text += `${text === "" ? "{" : ","}"${path}":${found === null ? "null" : `"${found}"`}`;
  }
  // The names are in order and need no escape, so this is the canonical text.
  text += "}";
  rememberJson(paths, text);
  return { digest: sha256Hex(text), paths };
}

/** Most values are short; a longer one gets memory of its own. */
const space = Buffer.allocUnsafeSlow(4096);

/** In one buffer: a hash over parts costs twice as much. */
function commitment(key: HmacKey, path: string, text: string): Digest {
  const room = VALUE_AT + text.length * BYTES_A_UNIT;
  const bytes = room <= space.length ? space : Buffer.allocUnsafe(room);
  bytes[0] = COMMITMENT;
  key.digestInto(bytes, 1, derivation("salt", path));
  return sha256Hex(bytes.subarray(0, VALUE_AT + bytes.write(text, VALUE_AT)));
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
  // Parts of documents and principals are immutable, and many requests share them.
  const wire: Record<string, JsonValue> = {};
  for (const [path, value] of Object.entries(values)) wire[path] = value === undefined ? null : path === PAYLOAD ? (value as JsonValue) : rememberedWire(value);
  return wire;
}

/** Declared ∪ detected labels, sorted and unique (calculus §4). */
export function effectiveLabels(request: Request): readonly string[] {
  const labels = new Set(request.document.data.labels);
  for (const { label } of request.detected) labels.add(label);
  return [...labels].sort();
}

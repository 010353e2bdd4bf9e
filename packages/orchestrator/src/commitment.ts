import { digest, fromHex, HmacKey, sha256Hex, type Digest } from "@caio/core";
import type { Request } from "@caio/contracts";

import { committedFields, committedText } from "./committed-values.ts";
import { derivation } from "./identity.ts";

const COMMITMENT = 0x04;
/** The salt has 32 bytes. */
const VALUE_AT = 33;
const BYTES_A_UNIT = 3;

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
  return new LateCommitments(request);
}

class LateCommitments implements RequestCommitments {
  readonly #request: Request;
  #paths: RequestCommitments["paths"] | undefined;
  #digest: Digest | undefined;

  constructor(request: Request) {
    this.#request = request;
  }

  get paths(): RequestCommitments["paths"] {
    return (this.#paths ??= commitToPaths(this.#request));
  }

  get digest(): Digest {
    return (this.#digest ??= digest(this.paths));
  }
}

function commitToPaths(request: Request): RequestCommitments["paths"] {
  const key = new HmacKey(fromHex(request.decisionKey));
  const paths: Record<string, Digest | null> = {};
  for (const field of committedFields) {
    const text = committedText(field, request);
    paths[field.path] = text === null ? null : commitment(key, field.path, text);
  }
  return paths;
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

/** Declared ∪ detected labels, sorted and unique (calculus §4). */
export function effectiveLabels(request: Request): readonly string[] {
  const labels = new Set(request.document.data.labels);
  for (const { label } of request.detected) labels.add(label);
  return [...labels].sort();
}

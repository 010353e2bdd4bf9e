import { createHash } from "node:crypto";

import type { StreamResume } from "@caio/contracts";
import { canonicalJson, type Digest, type JsonValue } from "@caio/core";

/** An answer of more deltas than this is not kept, so it cannot be continued. */
const MAX_KEPT = 50_000;

/** What a request's caller was shown, over all attempts. */
export class SaidSoFar {
  readonly #keep: boolean;
  readonly #hash = createHash("sha256");
  #deltas: JsonValue[] = [];
  #count = 0;

  /** @param keep - whether another service may have to go on with it; if not, it is only counted */
  constructor(keep: boolean) {
    this.#keep = keep;
  }

  /** True once anything was shown: then no other answer can take its place. */
  get begun(): boolean {
    return this.#count > 0;
  }

  add(value: JsonValue): void {
    this.#count += 1;
    if (!this.#keep) return;
    this.#hash.update(this.#count === 1 ? "[" : ",").update(canonicalJson(value));
    if (this.#count <= MAX_KEPT) this.#deltas.push(value);
    else this.#deltas = [];
  }

  /** For the service that goes on; undefined if nothing was said, or more than can be kept. */
  resume(): StreamResume | undefined {
    return this.#deltas.length === 0 ? undefined : { deltas: [...this.#deltas] };
  }

  /** Of the list of all deltas, if they are kept. Nothing can be added afterwards. */
  digest(): Digest {
    return this.#hash.update(this.#count === 0 ? "[]" : "]").digest("hex");
  }
}

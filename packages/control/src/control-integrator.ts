import type { Field, RequestDocument, RequestFields } from "@caio/contracts";
import { sha256Hex, type Digest } from "@caio/core";

import type { AsyncEncoder, Encoder } from "./encoder/encoder.ts";
import type { MaiaPort } from "./maia/maia-port.ts";
import type { ControlSignal } from "./signal/control-signal.ts";

/** Encodings that are kept, about a kilobyte each. */
const MAX_ENCODED = 1024;

/**
 * Joins MAIA and the encoder to the decision: fields in before it, u out after it (calculus §1, steps 0 and 11). The decision
 * itself uses the pure functions of this package.
 *
 * @example
 * ```ts
 * import { ControlIntegrator, HashingEncoder, InMemoryMaia } from "@caio/control";
 *
 * const integrator = new ControlIntegrator({ encoder: new HashingEncoder(), maia: new InMemoryMaia() });
 * const fields = await integrator.readFields({ intent: { text: "translate", categories: [] }, context: [] });
 * fields.encoderId; // "caio-hash-1"
 * ```
 */
export class ControlIntegrator {
  readonly #encoder: Encoder | AsyncEncoder;
  readonly #maia: MaiaPort | undefined;
  /** Encodings by the digest of their text: instructions and questions come again. */
  readonly #encoded = new Map<Digest, Field>();

  /** Without `maia` the intent field is the encoded intent text, and `deliver` does nothing. */
  constructor(options: { readonly encoder: Encoder | AsyncEncoder; readonly maia?: MaiaPort }) {
    this.#encoder = options.encoder;
    this.#maia = options.maia;
  }

  /**
   * The fields that the door stamps on a request: Ψ_i and Ψ̇_i as MAIA reports them, else the encoded intent text (none: the
   * zero field); c_j from the context, in its order.
   */
  async readFields(document: Pick<RequestDocument, "intent" | "context">): Promise<RequestFields> {
    const reading = await this.#maia?.readIntent();
    const context: Field[] = [];
    for (const item of document.context) context.push(await this.#encode(item.text));
    return {
      encoderId: this.#encoder.id,
      intent: reading?.field ?? (await this.#encode(document.intent.text ?? "")),
      ...(reading?.rate === undefined ? {} : { intentRate: reading.rate }),
      context,
    };
  }

  async #encode(text: string): Promise<Field> {
    const key = sha256Hex(text);
    const known = this.#encoded.get(key);
    if (known !== undefined) return known;
    const field = await this.#encoder.encode(text);
    const [oldest] = this.#encoded.keys();
    if (this.#encoded.size >= MAX_ENCODED && oldest !== undefined) this.#encoded.delete(oldest);
    this.#encoded.set(key, field);
    return field;
  }

  /** Sends u of a decision to MAIA. */
  async deliver(signal: ControlSignal): Promise<void> {
    await this.#maia?.sendControl(signal);
  }
}

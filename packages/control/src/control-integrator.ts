import type { Field, RequestDocument, RequestFields } from "@caio/contracts";

import type { AsyncEncoder, Encoder } from "./encoder/encoder.ts";
import type { MaiaPort } from "./maia/maia-port.ts";
import type { ControlSignal } from "./signal/control-signal.ts";

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
    for (const item of document.context) context.push(await this.#encoder.encode(item.text));
    return {
      encoderId: this.#encoder.id,
      intent: reading?.field ?? (await this.#encoder.encode(document.intent.text ?? "")),
      ...(reading?.rate === undefined ? {} : { intentRate: reading.rate }),
      context,
    };
  }

  /** Sends u of a decision to MAIA. */
  async deliver(signal: ControlSignal): Promise<void> {
    await this.#maia?.sendControl(signal);
  }
}

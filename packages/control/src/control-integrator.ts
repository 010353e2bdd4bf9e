import type { ExpectedValues, FeatureVector, Field, RequestDocument, RequestFields } from "@caio/contracts";
import { CaioError } from "@caio/core";

import { CachedEncoder, type WantedEncodings } from "./encoder/cached-encoder.ts";
import type { AsyncEncoder, Encoder, TextEncoding } from "./encoder/encoder.ts";
import { PARTS } from "./field/samples.ts";
import type { MaiaPort } from "./maia/maia-port.ts";
import type { ControlSignal } from "./signal/control-signal.ts";

/** The field of a text without words. */
const BLANK: Field = new Array<number>(PARTS).fill(0);

/** What says how good pairs will be on a request: a `ValueEstimator`. */
export interface ValueSource {
  /** Of the encoder whose features it reads. */
  readonly encoderId: string;
  expect(features: FeatureVector): ExpectedValues;
}

/** What joins fields to decisions is made of. */
export interface IntegratorOptions {
  readonly encoder: Encoder | AsyncEncoder;
  readonly maia?: MaiaPort;
  readonly features?: boolean;
  readonly values?: ValueSource;
  readonly whenAway?: (fault: unknown) => void;
}

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
  /** Instructions and questions come again. */
  readonly #encoder: CachedEncoder;
  readonly #maia: MaiaPort | undefined;
  readonly #features: boolean;
  readonly #values: ValueSource | undefined;
  readonly #whenAway: ((fault: unknown) => void) | undefined;

  /**
   * Without `maia` the intent field is the encoded intent text, and `deliver` does nothing. With `features` a request has what learning
   * sees of its intent, if the encoder gives any; without, its fields are the fields alone.
   *
   * With `values` it also has what they expect of pairs, from the features of its intent.
   *
   * With `whenAway` a text that cannot be encoded counts as one without words: a zero field, no features. It is told why. Never does another
   * encoder take the place of one that is away: its fields could not be compared with those of the contracts.
   */
  constructor(options: IntegratorOptions) {
    this.#encoder = options.encoder instanceof CachedEncoder ? options.encoder : new CachedEncoder(options.encoder);
    this.#maia = options.maia;
    this.#features = options.features ?? options.values !== undefined;
    this.#values = options.values;
    if (options.values !== undefined && options.values.encoderId !== this.#encoder.id) {
      throw new CaioError("InvalidField", `Found a value model of encoder "${options.values.encoderId}" and the encoder "${this.#encoder.id}", expected one of the other's. Fit the model anew (caio learn) or name its encoder.`);
    }
    this.#whenAway = options.whenAway;
  }

  /**
   * The fields that the door stamps on a request: Ψ_i and Ψ̇_i as MAIA reports them, else the encoded intent text (none: the
   * zero field); c_j from the context, in its order; features of the intent text, whatever MAIA reports. A MAIA that hears is told the
   * intent text before it is asked.
   *
   * @param wanted - `features`: for this request, instead of what the constructor was told; `tenant`: whose it is; `again`: the request is
   *   decided anew, nothing was said since it was read, and MAIA is told nothing
   * @throws CaioError what the encoder throws
   */
  async readFields(
    document: Pick<RequestDocument, "intent" | "context">,
    { again = false, ...wanted }: WantedEncodings & { readonly again?: boolean | undefined } = {},
  ): Promise<RequestFields> {
    if (!again) await this.#tell(document.intent.text, wanted);
    const reading = await this.#maia?.readIntent();
    const features = wanted.features ?? this.#features;
    const [[intent], context] = await Promise.all([
      reading !== undefined && !features ? [] : this.#encodeAll([document.intent.text ?? ""], { ...wanted, features }),
      this.#encodeAll(document.context.map(({ text }) => text), { ...wanted, features: false }),
    ]);
    return {
      encoderId: this.#encoder.id,
      intent: reading?.field ?? intent?.field ?? [],
      ...(reading?.rate === undefined ? {} : { intentRate: reading.rate }),
      context: context.map(({ field }) => field),
      ...(features && intent?.features !== undefined ? this.#learnedFrom(intent.features) : {}),
    };
  }

  #learnedFrom(features: FeatureVector): Pick<RequestFields, "features" | "expected"> {
    // A text without words has features of zeros, of which nothing can be expected.
    if (this.#values === undefined || features.every((value) => value === 0)) return { features };
    return { features, expected: this.#values.expect(features) };
  }

  async #tell(text: string | undefined, wanted: WantedEncodings): Promise<void> {
    if (this.#maia?.hear === undefined || text === undefined) return;
    const [said] = await this.#encodeAll([text], { ...wanted, features: false });
    if (said !== undefined) await this.#maia.hear(said.field);
  }

  async #encodeAll(texts: readonly string[], wanted: WantedEncodings): Promise<readonly TextEncoding[]> {
    if (this.#whenAway === undefined) return await this.#encoder.encodeAll(texts, wanted);
    try {
      return await this.#encoder.encodeAll(texts, wanted);
    } catch (fault) {
      this.#whenAway(fault);
      return texts.map(() => ({ field: BLANK }));
    }
  }

  /** Sends u of a decision to MAIA. */
  async deliver(signal: ControlSignal): Promise<void> {
    await this.#maia?.sendControl(signal);
  }
}

import type { Field, FeatureVector } from "@caio/contracts";

/**
 * Turns text into a field. Encodings are committed in the registry and named by their encoder's id: a change of what
 * `encode` returns needs a new id. Fields of different encoders must not be compared.
 */
export interface Encoder {
  readonly id: string;
  /** Pure and total: the same text gives the same 128 integers; text without content gives zeros. */
  encode(text: string): Field;
  /** What learning sees of the text: as pure and total as the field, and under the same id. Absent: nothing can be learned on this encoder. */
  features?(text: string): FeatureVector;
}

/** A text as its encoder sees it. */
export interface TextEncoding {
  readonly field: Field;
  /** Absent if the encoder gives none. */
  readonly features?: FeatureVector;
}

/** An encoder behind a network or a worker. What it returns is an input of the decision, quantised by the encoder. */
export interface AsyncEncoder {
  readonly id: string;
  encode(text: string): Promise<Field>;
  features?(text: string): Promise<FeatureVector>;
  /** Field and features of each text, in their order, for the price of one call. */
  encodeAll?(texts: readonly string[]): Promise<readonly TextEncoding[]>;
}

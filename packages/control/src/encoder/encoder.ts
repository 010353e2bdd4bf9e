import type { Field } from "@caio/contracts";

/**
 * Turns text into a field. Encodings are committed in the registry and named by their encoder's id: a change of what
 * `encode` returns needs a new id. Fields of different encoders must not be compared.
 */
export interface Encoder {
  readonly id: string;
  /** Pure and total: the same text gives the same 128 integers; text without content gives zeros. */
  encode(text: string): Field;
}

/** An encoder behind a network or a worker. What it returns is an input of the decision, quantised by the encoder. */
export interface AsyncEncoder {
  readonly id: string;
  encode(text: string): Promise<Field>;
}

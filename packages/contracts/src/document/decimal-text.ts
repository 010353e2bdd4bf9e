import { parseDecimal, type Rounding } from "@caio/core";

const MAX_SIGNIFICANT_DIGITS = 15;

/**
 * A number of a document, kept as its author wrote it: money and ratios are read from text and never through a float
 * (calculus §0).
 *
 * @example
 * ```ts
 * import { DecimalText } from "@caio/contracts";
 *
 * new DecimalText("0.0000001").scaled(12, "up"); // 100000
 * ```
 */
export class DecimalText {
  readonly text: string;
  /**
   * False for a double that was already in memory and whose shortest text has more than 15 significant digits: that may not
   * be what its author wrote, so it is no decimal (formats, Encodings), though a plain number it can be.
   */
  readonly exact: boolean;

  constructor(text: string, exact = true) {
    this.text = text;
    this.exact = exact;
  }

  /** Of a finite double, by its shortest text. */
  static ofNumber(value: number): DecimalText {
    const text = String(value);
    const significant = text.replace(/e.*$/, "").replace(/[-.]/g, "").replace(/^0+|0+$/g, "");
    return new DecimalText(text, significant.length <= MAX_SIGNIFICANT_DIGITS);
  }

  /** An integer count of 10^−digits. @throws CaioError `NumberOutOfRange` */
  scaled(digits: number, rounding: Rounding): number {
    return parseDecimal(this.text, digits, rounding);
  }

  /** The nearest double; never −0. */
  toNumber(): number {
    return Number(this.text) + 0;
  }

  toString(): string {
    return this.text;
  }
}

/** What a document holds: JSON whose numbers are `DecimalText`. */
export type DocumentValue =
  | null
  | boolean
  | string
  | DecimalText
  | readonly DocumentValue[]
  | { readonly [key: string]: DocumentValue };

/** Keys and indexes that lead to a place in a document. */
export type DocumentPath = readonly PropertyKey[];

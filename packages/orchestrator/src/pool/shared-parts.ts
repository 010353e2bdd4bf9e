import { CaioError, SharedText, type CanonicalPart } from "@caio/core";

import type { SentPart } from "./pool-message.ts";

/** Shared texts that are remembered, and their UTF-16 units together: what H shows of many pairs is long, and new with each version. */
const [MAX_TEXTS, MAX_UNITS] = [4096, 8_388_608];

/** Counts what is remembered since both ends last began anew: they see the same texts in the same order, so they begin anew at the same one. */
class Remembered {
  #texts = 0;
  #units = 0;

  /** True if everything before this text is to be forgotten. */
  beginsAnew(text: string): boolean {
    const anew = this.#texts > 0 && (this.#texts >= MAX_TEXTS || this.#units + text.length > MAX_UNITS);
    if (anew) [this.#texts, this.#units] = [0, 0];
    this.#texts += 1;
    this.#units += text.length;
    return anew;
  }
}

/** The end of a thread that sends certificates: numbers the texts that they have in common, and gives each text once. */
export class SharedPartsSender {
  readonly #remembered = new Remembered();
  #numbers = new Map<SharedText, number>();
  #next = 0;

  sent(parts: readonly CanonicalPart[]): readonly SentPart[] {
    return parts.map((part): SentPart => {
      if (typeof part === "string") return part;
      const known = this.#numbers.get(part);
      if (known !== undefined) return { shared: known };
      if (this.#remembered.beginsAnew(part.text)) this.#numbers = new Map();
      const shared = this.#next++;
      this.#numbers.set(part, shared);
      return { shared, text: part.text };
    });
  }
}

/** The other end. */
export class SharedPartsReceiver {
  readonly #remembered = new Remembered();
  #texts = new Map<number, SharedText>();

  /**
   * What was sent, in the order in which it was.
   *
   * @throws CaioError `IntegrityViolation` for a number whose text did not come
   */
  received(parts: readonly SentPart[]): readonly CanonicalPart[] {
    return parts.map((part): CanonicalPart => {
      if (typeof part === "string") return part;
      if (part.text !== undefined) this.#keep(part.shared, part.text);
      const known = this.#texts.get(part.shared);
      if (known !== undefined) return known;
      throw new CaioError("IntegrityViolation", `A decision thread sent a certificate with part ${String(part.shared)}, whose text did not come.`);
    });
  }

  /** Texts that are kept. */
  get size(): number {
    return this.#texts.size;
  }

  #keep(shared: number, text: string): void {
    if (this.#remembered.beginsAnew(text)) this.#texts = new Map();
    this.#texts.set(shared, new SharedText(text));
  }
}

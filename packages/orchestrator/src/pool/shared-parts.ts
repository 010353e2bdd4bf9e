import { CaioError, SharedText, type CanonicalPart } from "@caio/core";

import type { SentPart } from "./pool-message.ts";

/** Shared texts that a thread remembers having sent; then it begins anew, with new numbers. */
const MAX_SENT = 4096;

/** The end of a thread that sends certificates: numbers the texts that they have in common, and gives each text once. */
export class SharedPartsSender {
  #numbers = new Map<SharedText, number>();
  #next = 0;

  sent(parts: readonly CanonicalPart[]): readonly SentPart[] {
    return parts.map((part): SentPart => {
      if (typeof part === "string") return part;
      const known = this.#numbers.get(part);
      if (known !== undefined) return { shared: known };
      if (this.#numbers.size >= MAX_SENT) this.#numbers = new Map();
      const shared = this.#next++;
      this.#numbers.set(part, shared);
      return { shared, text: part.text };
    });
  }
}

/** The other end. */
export class SharedPartsReceiver {
  readonly #texts = new Map<number, SharedText>();

  /** @throws CaioError `IntegrityViolation` for a number whose text did not come */
  received(parts: readonly SentPart[]): readonly CanonicalPart[] {
    return parts.map((part): CanonicalPart => {
      if (typeof part === "string") return part;
      if (part.text !== undefined) this.#keep(part.shared, part.text);
      const known = this.#texts.get(part.shared);
      if (known !== undefined) return known;
      throw new CaioError("IntegrityViolation", `A decision thread sent a certificate with part ${String(part.shared)}, whose text did not come.`);
    });
  }

  #keep(shared: number, text: string): void {
    this.#texts.set(shared, new SharedText(text));
    // What was numbered so long before is not referred to again.
    this.#texts.delete(shared - 2 * MAX_SENT);
  }
}

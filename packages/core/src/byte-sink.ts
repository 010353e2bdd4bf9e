const FIRST_SIZE = 131_072;
/** A longer text does not keep its space. */
const KEPT_SIZE = 1_048_576;
/** The most bytes of UTF-8 that a UTF-16 unit takes. */
const BYTES_A_UNIT = 3;

/** Where texts are put together, one after another: fresh memory costs more than all that is written to it. */
let space = Buffer.allocUnsafeSlow(FIRST_SIZE);

/** Collects text and bytes as one run of UTF-8. Texts are joined first: each write into a buffer has its price. */
export class ByteSink {
  #buffer = space;
  #length = 0;
  #pending = "";

  text(text: string): void {
    this.#pending += text;
  }

  bytes(bytes: Uint8Array): void {
    this.#flush();
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** All of it: valid until the next sink is made. */
  written(): Uint8Array {
    this.#flush();
    if (this.#buffer.length <= KEPT_SIZE) space = this.#buffer;
    return this.#buffer.subarray(0, this.#length);
  }

  #flush(): void {
    if (this.#pending === "") return;
    this.#reserve(this.#pending.length * BYTES_A_UNIT);
    this.#length += this.#buffer.write(this.#pending, this.#length);
    this.#pending = "";
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(needed * 2);
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

/** Cuts a stream of bytes into lines of at most `maxBytes`, each byte looked at once. */
export class LineReader {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The lines that the chunk completes, without their ends, and without blank ones.
   *
   * @throws Error for a line longer than `maxBytes`, as soon as it is, whether or not it ever ends.
   */
  *push(chunk: Buffer): Generator<string> {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#keep(chunk.subarray(start, end));
      start = end + 1;
      const line = Buffer.concat(this.#parts).toString("utf8").trim();
      this.#parts = [];
      this.#size = 0;
      if (line !== "") yield line;
    }
    this.#keep(chunk.subarray(start));
  }

  #keep(part: Uint8Array): void {
    this.#size += part.length;
    if (this.#size > this.#maxBytes) throw new Error(`A line is longer than ${String(this.#maxBytes)} bytes.`);
    if (part.length > 0) this.#parts.push(part);
  }
}

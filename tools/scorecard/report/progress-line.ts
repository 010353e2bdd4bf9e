import type { Progress } from "../engine/campaign.ts";

/** The least between two words where no line can be written over, milliseconds. */
const PAUSE_MS = 10_000;

/** Says how far a scorecard has come: on a terminal in one line that is written over, elsewhere in a line now and then. */
export class ProgressLine {
  readonly #out: NodeJS.WriteStream;
  readonly #states = new Map<string, Progress>();
  #last = performance.now();

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  readonly show = (state: Progress): void => {
    this.#states.set(state.group, state);
    const text = [...this.#states.values()].map(({ group, done, of }) => `${group} ${String(done)}/${String(of)}`).join("  ");
    if (this.#out.isTTY) {
      this.#out.write(`\r\u001b[K${text.slice(0, this.#out.columns - 1)}`);
    } else if (performance.now() - this.#last >= PAUSE_MS) {
      this.#last = performance.now();
      this.#out.write(`${text}\n`);
    }
  };

  /** Takes the line away. */
  end(): void {
    if (this.#out.isTTY) this.#out.write("\r\u001b[K");
  }
}

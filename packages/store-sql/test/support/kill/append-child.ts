import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";

import type { AppendOrder } from "./append-loop.ts";

const LOOP = fileURLToPath(new URL("./append-loop.ts", import.meta.url));

/** What a child said before it was killed. */
export interface Said {
  /** Index and decision id of what the log confirmed. */
  readonly entries: ReadonlyMap<number, string>;
  /** Decisions whose key was confirmed. */
  readonly keys: readonly string[];
  /** Decisions that were said not to be kept, or that nobody knows. */
  readonly lost: readonly string[];
}

/** A process that appends to a log until it is killed. */
export class AppendChild {
  readonly #process: ChildProcessWithoutNullStreams;
  #output = "";
  #acks = 0;

  constructor() {
    this.#process = spawn(process.execPath, ["--conditions=@caio/source", "--import", "tsx", LOOP]);
    this.#process.stdout.on("data", (chunk: Buffer) => {
      const text = chunk.toString();
      this.#output += text;
      this.#acks += text.split("ack ").length - 1;
    });
    this.#process.stderr.on("data", (chunk: Buffer) => (this.#output += `failed ${chunk.toString()}`));
  }

  /** About how many entries were confirmed to it. */
  get acks(): number {
    return this.#acks;
  }

  /** Lets it append. */
  async start(order: AppendOrder): Promise<void> {
    await this.#until(() => this.#output.includes("ready\n"));
    this.#process.stdin.write(`${JSON.stringify(order)}\n`);
    await this.#until(() => this.#output.includes("open\n"));
  }

  /** Waits until so many entries were confirmed. */
  async confirmed(acks: number): Promise<void> {
    await this.#until(() => this.#acks >= acks);
  }

  /** Ends it at once, wherever it is: SIGKILL. What it said until then. */
  async kill(): Promise<Said> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      // What it wrote before its end is still read.
      const closed = once(this.#process, "close");
      this.#process.kill("SIGKILL");
      await closed;
    }
    return saidIn(this.#output);
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#output.includes("failed") || this.#process.exitCode !== null) throw new Error(`The child ended: ${this.#output.slice(-2000)}`);
      await new Promise((done) => setTimeout(done, 2));
    }
  }
}

function saidIn(output: string): Said {
  const entries = new Map<number, string>();
  const said = { keys: [] as string[], lost: [] as string[] };
  // The last line may be cut off.
  for (const line of output.split("\n").slice(0, -1)) {
    const [word, first = "", second = ""] = line.split(" ");
    if (word === "ack") entries.set(Number(first), second);
    else if (word === "key") said.keys.push(first);
    else if (word === "lost") said.lost.push(first);
  }
  return { entries, ...said };
}

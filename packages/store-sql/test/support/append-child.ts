import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";

const LOOP = fileURLToPath(new URL("./append-loop.ts", import.meta.url));

/** What a child said before it was killed. */
export interface Said {
  /** Index and decision id of what the log confirmed. */
  readonly entries: ReadonlyMap<number, string>;
  /** Decisions whose key was confirmed. */
  readonly keys: readonly string[];
}

/** When a child is killed. */
export interface Moment {
  readonly acks: number;
  readonly afterMs: number;
}

/** A process that appends to a log until it is killed. */
export class AppendChild {
  readonly #process: ChildProcessWithoutNullStreams;
  #output = "";

  constructor() {
    this.#process = spawn(process.execPath, ["--conditions=@caio/source", "--import", "tsx", LOOP]);
    this.#process.stdout.on("data", (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#process.stderr.on("data", (chunk: Buffer) => (this.#output += `failed ${chunk.toString()}`));
  }

  /** Lets it append to the file, and kills it so many milliseconds after it confirmed so many entries. */
  async runAndKill(file: string, name: string, { acks, afterMs }: Moment): Promise<Said> {
    await this.#until(() => this.#output.includes("ready\n"));
    this.#process.stdin.write(`${file} ${name}\n`);
    await this.#until(() => this.#output.includes("open\n") && saidIn(this.#output).entries.size >= acks);
    await new Promise((done) => setTimeout(done, afterMs));
    await this.kill();
    return saidIn(this.#output);
  }

  /** Ends it at once, wherever it is: SIGKILL. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    // What it wrote before its end is still read.
    const closed = once(this.#process, "close");
    this.#process.kill("SIGKILL");
    await closed;
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#output.includes("failed") || this.#process.exitCode !== null) throw new Error(`The child ended: ${this.#output}`);
      await new Promise((done) => setTimeout(done, 2));
    }
  }
}

function saidIn(output: string): Said {
  const entries = new Map<number, string>();
  const keys: string[] = [];
  // The last line may be cut off.
  for (const line of output.split("\n").slice(0, -1)) {
    const [word, first = "", second = ""] = line.split(" ");
    if (word === "ack") entries.set(Number(first), second);
    else if (word === "key") keys.push(first);
  }
  return { entries, keys };
}

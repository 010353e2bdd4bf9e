import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";

/** The command `caio`, from its source. */
const MAIN = new URL("../../packages/cli/src/main.ts", import.meta.url).href;
const RUN = `import(${JSON.stringify(MAIN)}).then(({ main }) => main())`;

/** How long a snapshot may be unconfirmed before a decision on it says so, milliseconds. */
export const STALE_AFTER_MS = 2000;

export interface ReplicaOptions {
  readonly name: string;
  /** A folder for all of them. */
  readonly folder: string;
  /** Of the database, by this instance's own way. */
  readonly url: string;
}

/** One of several real gateways: `caio serve --instance NAME` over PostgreSQL, in a process of its own. It may be killed and started again. */
export class ReplicaProcess {
  readonly name: string;
  readonly #options: ReplicaOptions;
  #process: ChildProcess | undefined;
  #printed = "";
  address = "";
  port = 0;
  /** Made by the first instance of all. */
  adminKey: string | undefined;

  constructor(options: ReplicaOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** What it said of faults. */
  get printed(): string {
    return this.#printed;
  }

  get isRunning(): boolean {
    const child = this.#process;
    return child?.exitCode === null && child.signalCode === null;
  }

  /** Starts it, and waits until it listens. @throws Error if it ends before */
  async start(): Promise<void> {
    const { name, folder, url } = this.#options;
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, "policy.yaml"), "caio_policy: 1\nid: house\nlimits: { deadline_ms: 8000 }\n");
    const file = join(folder, `${name}.yaml`);
    await writeFile(file, `
caio_gateway: 1
listen: { port: 0 }
data: ${name}
origin: caio.example
policy: policy.yaml
store: { postgres: { url_env: CAIO_DATABASE_URL } }
replicas: { stale_after_ms: ${String(STALE_AFTER_MS)}, poll_ms: 250, lease_ms: 3000, witness_ms: 500 }
log: { level: error }
limits: { per_key_per_minute: 10000000 }
`);
    const args = ["--import", "tsx", "-C", "@caio/source", "--input-type=module", "-e", RUN, "--", "caio", "serve", "--config", file, "--instance", name, "--json"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, CAIO_DATABASE_URL: url } });
    this.#process = child;
    child.stderr.setEncoding("utf8").on("data", (piece: string) => { this.#printed = (this.#printed + piece).slice(-20_000); });
    const { address, admin_key: key } = JSON.parse(await firstLine(child, () => this.#printed)) as { readonly address: string; readonly admin_key: string | null };
    this.address = address;
    this.port = Number(new URL(address).port);
    this.adminKey = key ?? undefined;
  }

  /** Starts it again and again until it listens: the database may not be there yet, or may not have noticed that the one before has gone. */
  async startAgain(): Promise<void> {
    for (let left = 20; ; left--) {
      try {
        await this.start();
        return;
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  }

  /** @param signal - SIGKILL ends it where it stands, SIGSTOP holds it, SIGCONT lets it go on */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#process?.kill(signal);
  }

  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#process;
    if (child === undefined || !this.isRunning) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }
}

function firstLine(child: ChildProcess, printed: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      const end = text.indexOf("\n");
      if (end >= 0) resolve(text.slice(0, end));
    });
    child.once("exit", () => { reject(new Error(`The gateway did not start: ${printed()}`)); });
  });
}

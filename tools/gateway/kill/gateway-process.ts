import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** The command `caio`, from its source. */
const MAIN = new URL("../../../packages/cli/src/main.ts", import.meta.url).href;
const RUN = `import(${JSON.stringify(MAIN)}).then(({ main }) => main())`;

/** Milliseconds of a request, fallbacks included: the policy's deadline. */
export const DEADLINE_MS = 15_000;

export type AfterFirstByte = "error" | "resume";

/** A real gateway: `caio serve` over a file, in a process of its own. It may be killed and started again over what it kept. */
export class GatewayProcess {
  readonly #folder: string;
  #process: ChildProcess | undefined;
  #address = "";
  #key = "";
  #printed = "";

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * A new one without services. It listens.
   *
   * @param more - of its configuration
   */
  static async open(afterFirstByte: AfterFirstByte, more = ""): Promise<GatewayProcess> {
    const folder = await mkdtemp(join(tmpdir(), "caio-kill-"));
    await writeFile(join(folder, "caio.yaml"), `
caio_gateway: 1
listen: { port: 0 }
policy: policy.yaml
log: { level: error }
limits: { per_key_per_minute: 10000000, first_delta_ms: 5000, between_deltas_ms: 5000 }
${more}`);
    // Every service gets its share of the load.
    await writeFile(join(folder, "policy.yaml"), `
caio_policy: 1
id: house
limits: { deadline_ms: ${String(DEADLINE_MS)} }
fallback: { max_attempts: 4, after_first_byte: ${afterFirstByte} }
exploration: { epsilon: 1, max_loss: 1000 }
`);
    const gateway = new GatewayProcess(folder);
    await gateway.start();
    return gateway;
  }

  get address(): string {
    return this.#address;
  }

  get key(): string {
    return this.#key;
  }

  /** The file of its store; another process may read it once the gateway is stopped. */
  get storeFile(): string {
    return join(this.#folder, "caio-data", "caio.db");
  }

  /** What it said of faults. */
  get printed(): string {
    return this.#printed;
  }

  /** Undefined while it runs. */
  get ended(): string | undefined {
    const { exitCode = null, signalCode = null } = this.#process ?? {};
    return exitCode === null && signalCode === null ? undefined : `exit ${String(exitCode)} ${String(signalCode)}`;
  }

  async start(): Promise<void> {
    const args = ["--import", "tsx", "-C", "@caio/source", "--input-type=module", "-e", RUN, "--", "caio", "serve", "--config", join(this.#folder, "caio.yaml"), "--json"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    child.stderr.setEncoding("utf8").on("data", (piece: string) => { this.#printed = (this.#printed + piece).slice(-20_000); });
    const line = await firstLine(child, () => this.#printed);
    const { address, admin_key: key } = JSON.parse(line) as { readonly address: string; readonly admin_key: string | null };
    this.#address = address;
    this.#key = key ?? this.#key;
  }

  /** A call of its own API, as an operator makes it. @throws Error unless it is answered with 2xx */
  async ask(method: string, path: string, body?: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.#key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const response = await fetch(this.#address + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${String(response.status)}: ${text.slice(0, 500)}`);
    return response.headers.get("content-type")?.startsWith("application/json") === true ? JSON.parse(text) : text;
  }

  /** @param signal - SIGKILL ends it where it stands, SIGTERM lets it end what it does */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#process;
    if (child === undefined || this.ended !== undefined) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }

  async remove(): Promise<void> {
    await this.end("SIGKILL");
    await rm(this.#folder, { recursive: true, force: true });
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

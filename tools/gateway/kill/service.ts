import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";

export type ServiceKind = "openai" | "http";

/** How long a service may have nothing to do before it is taken for left, milliseconds. */
const QUIET_MS = 300;
const LONGEST_MS = 15_000;

/** A service that runs in a process of its own, under a contract. */
export class Service {
  readonly id: string;
  readonly kind: ServiceKind;
  readonly version: string;
  readonly #process: ChildProcess;
  readonly #baseUrl: string;

  private constructor(id: string, kind: ServiceKind, version: string, running: { readonly process: ChildProcess; readonly baseUrl: string }) {
    this.id = id;
    this.kind = kind;
    this.version = version;
    this.#process = running.process;
    this.#baseUrl = running.baseUrl;
  }

  static async start(id: string, kind: ServiceKind, version = "1.0.0"): Promise<Service> {
    const child = fork(new URL("service-process.ts", import.meta.url), [kind], { execArgv: ["--import", "tsx", "-C", "@caio/source"], stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const [{ baseUrl }] = (await once(child, "message")) as [{ readonly baseUrl: string }];
    return new Service(id, kind, version, { process: child, baseUrl });
  }

  /** The contract under which it serves. */
  get contract(): object {
    const common = {
      ...{ service_id: this.id, version: this.version, access: { public: true }, cost: { model: "free" }, privacy: { data_locality: "local" } },
      guarantees: { latency_ms: 2000 },
    };
    if (this.kind === "openai") return { ...common, capabilities: ["inference.chat"], api: { protocol: "openai", base_url: this.#baseUrl } };
    return { ...common, capabilities: ["text.echo"], api: { protocol: "http", base_url: this.#baseUrl, endpoints: [{ path: "/", method: "POST", capability: "text.echo" }] } };
  }

  /** SIGKILL: nothing is said to anybody. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await gone;
  }

  /** Resolves once it has had no call open for a while: what a drain waits for. */
  async left(): Promise<void> {
    const until = performance.now() + LONGEST_MS;
    for (let since = performance.now(); performance.now() - since < QUIET_MS; ) {
      const answered = once(this.#process, "message") as Promise<[{ readonly open: number }]>;
      this.#process.send({});
      const [{ open }] = await answered;
      if (open > 0) since = performance.now();
      if (performance.now() > until) throw new Error(`${this.id} still has ${String(open)} calls ${String(LONGEST_MS)} ms after it was to get no more.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";

const FILE = new URL("echo-process.ts", import.meta.url).pathname;

/** A copy of the echo service in a process of its own. */
export class EchoCopy {
  readonly #child: ChildProcess;
  /** Of one over HTTP. */
  readonly baseUrl: string;

  private constructor(child: ChildProcess, baseUrl: string) {
    this.#child = child;
    this.baseUrl = baseUrl;
  }

  /** @param args - `nats`, the service's id and the servers; or `http` */
  static async start(...args: readonly string[]): Promise<EchoCopy> {
    const child = fork(FILE, [...args], { execArgv: ["--conditions=@caio/source", "--import", "tsx"] });
    const [{ baseUrl = "" }] = (await once(child, "message")) as [{ readonly baseUrl?: string }];
    return new EchoCopy(child, baseUrl);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { freePorts } from "../free-ports.ts";
import { isRunning } from "../is-running.ts";
import { installedNats } from "./installed-nats.ts";
import { NodeKeeper } from "./node-keeper.ts";

/** A port may be taken between finding and using it. */
const TRIES = 5;
/** A cluster of three elects its leaders in some seconds; on a busy machine it takes longer. */
const READY_MS = 60_000;

export interface NatsOptions {
  /** One server, or a cluster of three. Default 1. */
  readonly nodes?: 1 | 3;
  /** Whether streams and buckets can be kept. Default true. */
  readonly jetstream?: boolean;
  /** Further configuration of every server, in the server's own language: accounts, limits. */
  readonly config?: string;
}

interface NodePorts {
  readonly client: number;
  readonly routes: number;
  readonly monitor: number;
}

interface Node {
  readonly keeper: NodeKeeper;
  readonly ports: NodePorts;
  readonly log: string;
  pid: number;
}

/** Real NATS servers for tests and measurements, on free ports of the loopback, with a folder that goes when they end. */
export class NatsServers {
  readonly #nodes: readonly Node[];
  readonly #folder: string;
  readonly #jetstream: boolean;

  private constructor(nodes: readonly Node[], folder: string, jetstream: boolean) {
    this.#nodes = nodes;
    this.#folder = folder;
    this.#jetstream = jetstream;
  }

  /** @see startNats */
  static async start({ nodes = 1, jetstream = true, config = "" }: NatsOptions = {}): Promise<NatsServers> {
    const installed = installedNats();
    if ("missing" in installed) throw new Error(installed.missing);
    for (let left = TRIES; ; left--) {
      const folder = mkdtempSync(join(tmpdir(), "caio-nats-"));
      const ports = await portsOf(nodes);
      const servers = new NatsServers(ports.map((own, at) => nodeOf(installed.path, folder, { at, own, all: ports, jetstream, config })), folder, jetstream);
      try {
        await Promise.all(servers.#nodes.map((_, at) => servers.restart(at)));
        await servers.ready();
        return servers;
      } catch (error) {
        const logs = servers.logs();
        await servers.stop();
        if (left <= 1 || !logs.includes("address already in use")) throw new Error(`NATS does not start: ${logs.slice(-2000)}`, { cause: error });
      }
    }
  }

  /** Addresses for clients, one for each server: `127.0.0.1:4222`. */
  get addresses(): readonly string[] {
    return this.#nodes.map(({ ports }) => `127.0.0.1:${String(ports.client)}`);
  }

  /** Process ids, 0 of a server that does not run. */
  get pids(): readonly number[] {
    return this.#nodes.map(({ pid }) => pid);
  }

  /** The folder of what they keep. */
  get folder(): string {
    return this.#folder;
  }

  /** What all of them have logged. */
  logs(): string {
    return this.#nodes.map(({ log }) => readFileSync(log, "utf8")).join("");
  }

  /** `kill -9`. */
  async kill(at: number): Promise<void> {
    const node = this.#node(at);
    node.pid = 0;
    await node.keeper.ask("kill", "killed");
  }

  /** Starts a server that was killed, over what it kept, on the same ports. Does not wait until it is ready. */
  async restart(at: number): Promise<void> {
    const node = this.#node(at);
    node.pid = await node.keeper.ask("start", "started");
  }

  /** Stops its clock, as a partition would: it keeps its connections and answers nobody. */
  pause(at: number): void {
    process.kill(this.#node(at).pid, "SIGSTOP");
  }

  resume(at: number): void {
    process.kill(this.#node(at).pid, "SIGCONT");
  }

  /** Waits until every server that runs serves and, with JetStream, has a leader and is up to date. @throws Error after a minute */
  async ready(): Promise<void> {
    const until = performance.now() + READY_MS;
    for (const node of this.#nodes) {
      while (node.pid !== 0 && !(await isHealthy(node))) {
        if (!isRunning(node.pid) || performance.now() > until) throw new Error(`A NATS server is not ready: ${readFileSync(node.log, "utf8").slice(-2000)}`);
        await pause(10);
      }
    }
    while (this.#nodes.length > 1 && this.#jetstream && !(await this.#isLed())) {
      if (performance.now() > until) throw new Error(`The NATS servers have no leader, or it has not reached all: ${this.logs().slice(-4000)}`);
      await pause(10);
    }
  }

  /** Which server leads a stream, its place in `addresses`; -1 if none does, or it is another kind of cluster. */
  async leaderOf(stream: string): Promise<number> {
    for (const node of this.#nodes.filter(({ pid }) => pid !== 0)) {
      const state = await monitor(node.ports, "/jsz?streams=true");
      const detail = (state as JetStreamState | undefined)?.account_details?.flatMap(({ stream_detail: all }) => all ?? []).find(({ name }) => name === stream);
      const name = detail?.cluster?.leader;
      if (name !== undefined) return Number(/\d+$/.exec(name)?.[0] ?? -1);
    }
    return -1;
  }

  /** Kills what runs; the folder goes. */
  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map(({ keeper }) => keeper.end()));
    for (const node of this.#nodes) node.pid = 0;
  }

  /** All that run follow one of them, which has reached them. The leader's count is asked: one that follows may count too few for ever. */
  async #isLed(): Promise<boolean> {
    const running = this.#nodes.filter(({ pid }) => pid !== 0);
    const states = await Promise.all(running.map(async ({ ports }) => ((await monitor(ports, "/jsz")) as JetStreamState | undefined)?.meta_cluster));
    const [name, ...others] = new Set(states.map((state) => state?.leader));
    const leader = running.findIndex((node) => node === this.#nodes[Number(name?.slice(1))]);
    const followed = states[leader]?.replicas?.filter(({ current }) => current).length ?? 0;
    return others.length === 0 && (states[leader]?.cluster_size ?? 0) >= running.length && followed >= running.length - 1;
  }

  #node(at: number): Node {
    const node = this.#nodes[at];
    if (node === undefined) throw new Error(`There is no server ${String(at)}, only ${String(this.#nodes.length)}.`);
    return node;
  }
}

/** Starts them and waits until they serve. They end with this process at the latest, also when that is killed. @throws Error if NATS is not installed */
export async function startNats(options: NatsOptions = {}): Promise<NatsServers> {
  return await NatsServers.start(options);
}

let shared: Promise<NatsServers> | undefined;

/** One server with JetStream for all tests of a process; it ends with the process. Each test has names of its own. */
export function sharedNats(): Promise<NatsServers> {
  return (shared ??= startNats());
}

interface JetStreamState {
  /** `replicas` is told by the leader alone. */
  readonly meta_cluster?: { readonly leader?: string; readonly cluster_size: number; readonly replicas?: readonly { readonly current: boolean }[] };
  readonly account_details?: readonly { readonly stream_detail?: readonly { readonly name: string; readonly cluster?: { readonly leader?: string } }[] }[];
}

function nodeOf(program: string, folder: string, terms: { at: number; own: NodePorts; all: readonly NodePorts[]; jetstream: boolean; config: string }): Node {
  const { at, own, all, jetstream, config } = terms;
  const name = `n${String(at)}`;
  const log = join(folder, `${name}.log`);
  const routes = all.map((each) => `"nats-route://127.0.0.1:${String(each.routes)}"`).join(", ");
  writeFileSync(log, "");
  writeFileSync(join(folder, `${name}.conf`), [
    `server_name: ${name}`,
    `listen: "127.0.0.1:${String(own.client)}"`,
    `http: "127.0.0.1:${String(own.monitor)}"`,
    ...(jetstream ? [`jetstream { store_dir: ${JSON.stringify(join(folder, name))}, max_mem: 64MB, max_file: 2GB }`] : []),
    ...(all.length === 1 ? [] : [`cluster { name: caio, listen: "127.0.0.1:${String(own.routes)}", routes: [${routes}] }`]),
    config,
  ].join("\n"));
  return { keeper: new NodeKeeper(program, folder, name), ports: own, log, pid: 0 };
}

async function isHealthy({ ports }: Node): Promise<boolean> {
  const health = await monitor(ports, "/healthz");
  return health !== undefined && "status" in health && health.status === "ok";
}

async function monitor({ monitor: port }: NodePorts, path: string): Promise<object | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, { signal: AbortSignal.timeout(2000) });
    return (await response.json()) as object;
  } catch {
    return undefined;
  }
}

async function portsOf(nodes: number): Promise<NodePorts[]> {
  const ports = await freePorts(nodes * 3);
  return Array.from({ length: nodes }, (_, at) => ({ client: ports[at * 3] ?? 0, routes: ports[at * 3 + 1] ?? 0, monitor: ports[at * 3 + 2] ?? 0 }));
}

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}

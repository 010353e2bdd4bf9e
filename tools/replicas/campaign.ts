import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FakeOpenAiUpstream, PostgresServer } from "@caio/fakes";

import { randomOf } from "../gateway/random.ts";
import { judge, type Judgement, type Swap } from "./judge.ts";
import { Load, type Asked } from "./load.ts";
import { Operator } from "./operator.ts";
import { ReplicaProcess } from "./replica-process.ts";
import { TcpBalancer } from "./tcp-balancer.ts";
import { TcpLink } from "./tcp-link.ts";

export interface CampaignOptions {
  /** Requests in flight at any time. */
  readonly together: number;
  /** Requests of every phase, at least. */
  readonly requests: number;
  /** How long an instance is held or cut off, milliseconds. */
  readonly outageMs: number;
  readonly seed: number;
  readonly onPhase?: (phase: string) => void;
}

export interface CampaignReport {
  readonly asked: readonly Asked[];
  readonly swaps: readonly Swap[];
  /** Edits that were refused, by what they were told. */
  readonly refusedEdits: readonly string[];
  readonly judgement: Judgement;
  /** What the gateways said of faults. */
  readonly printed: string;
}

const NAMES = ["eu_1", "eu_2", "eu_3"] as const;
/** The phase in which connections may end with the gateway that had them. */
export const KILLED = "kill -9 of a gateway, and its start";
/** What a call costs, micro-units, and what the key of a phase may spend. */
const [CALL_MICROS, PHASE_CALLS] = [100, 40];

/** Three real gateways over PostgreSQL behind a plain balancer, under load, hot swaps all the while: one thing after another goes wrong. */
export async function faultCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const stage = await Stage.open(options);
  try {
    return await stage.play();
  } finally {
    await stage.close();
  }
}

class Stage {
  readonly #options: CampaignOptions;
  readonly #random: () => number;
  readonly #server: PostgresServer;
  readonly #folder: string;
  readonly #upstream: FakeOpenAiUpstream;
  readonly #links: readonly TcpLink[];
  readonly #gateways: readonly ReplicaProcess[];
  #balancer: TcpBalancer | undefined;
  #load: Load | undefined;
  #operator: Operator | undefined;
  #phase = "nothing happens";

  private constructor(options: CampaignOptions, parts: { readonly server: PostgresServer; readonly folder: string; readonly upstream: FakeOpenAiUpstream; readonly links: readonly TcpLink[] }) {
    this.#options = options;
    this.#random = randomOf(options.seed);
    this.#server = parts.server;
    this.#folder = parts.folder;
    this.#upstream = parts.upstream;
    this.#links = parts.links;
    this.#gateways = NAMES.map((name, at) => new ReplicaProcess({ name, folder: parts.folder, url: urlBy(parts.server, parts.links[at]) }));
  }

  static async open(options: CampaignOptions): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), "caio-replicas-"));
    const server = await PostgresServer.start();
    const links = await Promise.all(NAMES.map(() => TcpLink.to(server.port)));
    return new Stage(options, { server, folder, upstream: await FakeOpenAiUpstream.start({ healthy: true }), links });
  }

  async play(): Promise<CampaignReport> {
    const [first, ...others] = this.#gateways;
    await first?.start();
    for (const gateway of others) await gateway.start();
    const balancer = (this.#balancer = await TcpBalancer.before(this.#gateways));
    const operator = (this.#operator = new Operator({ address: balancer.address, key: first?.adminKey ?? "", upstream: this.#upstream.baseUrl, random: this.#random }));
    await operator.furnish();
    const rich = await operator.makeKey();
    const keys = new Map<string, string>();
    const asked: Asked[] = [];
    const poorKey = async (): Promise<void> => { keys.set(this.#phase, await operator.makeKey(PHASE_CALLS * CALL_MICROS)); };
    await poorKey();
    const load = (this.#load = new Load({
      ...{ address: balancer.address, together: this.#options.together, phase: () => this.#phase, onAsked: (each) => { asked.push(each); } },
      nextKey: () => {
        const poor = this.#random() < 0.4 ? keys.get(this.#phase) : undefined;
        return poor === undefined ? { key: rich, mark: "rich" } : { key: poor, mark: poor.split("_")[1] ?? "" };
      },
    }));
    operator.start();
    await load.more(this.#options.requests);
    for (const [name, event] of this.#events()) {
      this.#phase = name;
      this.#options.onPhase?.(name);
      // A key that cannot be made now is made in the next phase; requests go on with the other one.
      await poorKey();
      await event();
    }
    this.#phase = "after all of it";
    this.#options.onPhase?.(this.#phase);
    await load.more(this.#options.requests);
    await load.stop();
    await operator.stop();
    // What is under way in the background ends, and witnesses look once more.
    await new Promise((later) => setTimeout(later, 4000));
    await this.#settled();
    const calls = new Map<string, number>();
    for (const { messages } of this.#upstream.requests as readonly { readonly messages?: readonly { readonly content?: unknown }[] }[]) {
      const mark = String(messages?.[0]?.content);
      calls.set(mark, (calls.get(mark) ?? 0) + 1);
    }
    const budgets = [...keys.values()].map((key) => ({ keyId: key.split("_")[1] ?? "", limitMicros: PHASE_CALLS * CALL_MICROS }));
    const judgement = await judge({ server: this.#server, instances: NAMES, asked, swaps: operator.swaps, budgets, calls, callMicros: CALL_MICROS, gateways: this.#gateways, killedPhase: KILLED });
    return { asked, swaps: operator.swaps, refusedEdits: operator.refused, judgement, printed: this.#gateways.map(({ name, printed }) => `${name}:\n${printed}`).join("\n") };
  }

  /** Resolves when no money is held and every instance has witnessed all others, or after a minute: then the judgement says what did not end. */
  async #settled(): Promise<void> {
    const pairs = NAMES.length * (NAMES.length - 1);
    for (const until = performance.now() + 60_000; performance.now() < until; ) {
      const settled = await this.#server.query(`select (select count(*) from caio.budget_hold) = 0 and (select count(*) from caio.cosignature) = ${String(pairs)}`);
      if (settled === "t") return;
      await new Promise((later) => setTimeout(later, 200));
    }
  }

  async close(): Promise<void> {
    this.#operator?.stop().catch(() => undefined);
    await Promise.all(this.#gateways.map((gateway) => gateway.end("SIGKILL")));
    await this.#load?.stop().catch(() => undefined);
    await this.#balancer?.stop();
    await Promise.all(this.#links.map((link) => link.stop()));
    await this.#upstream.stop();
    await this.#server.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #events(): readonly (readonly [string, () => Promise<void>])[] {
    const { requests, outageMs } = this.#options;
    const more = async (): Promise<void> => { await this.#load?.more(requests); };
    const during = async (ms: number): Promise<void> => { await new Promise((over) => setTimeout(over, ms)); };
    return [
      ["all connections to the database are cut", async () => {
        for (let times = 0; times < 3; times++) {
          await this.#server.query("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'");
          await this.#load?.more(Math.ceil(requests / 3));
        }
      }],
      ["kill -9 of the database, and its start", async () => {
        await this.#server.kill();
        await during(1000);
        await this.#server.restart();
        await more();
      }],
      [KILLED, async () => {
        const gateway = this.#pick();
        await gateway.end("SIGKILL");
        await during(4000);
        await gateway.startAgain();
        await more();
      }],
      ["an instance is held (SIGSTOP)", async () => {
        const gateway = this.#pick();
        gateway.signal("SIGSTOP");
        await during(outageMs);
        gateway.signal("SIGCONT");
        await more();
      }],
      ["an instance is cut off from the database", async () => {
        const link = this.#links[Math.floor(this.#random() * this.#links.length)];
        link?.stall();
        await during(outageMs);
        link?.resume();
        await more();
      }],
    ];
  }

  #pick(): ReplicaProcess {
    const gateway = this.#gateways[Math.floor(this.#random() * this.#gateways.length)];
    if (gateway === undefined) throw new Error("There are three gateways.");
    return gateway;
  }
}

function urlBy(server: PostgresServer, link: TcpLink | undefined): string {
  const url = new URL(server.url());
  url.port = String(link?.port ?? server.port);
  return url.toString();
}

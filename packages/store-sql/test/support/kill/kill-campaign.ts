import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PostgresServer } from "@caio/fakes";
import { TraceabilitySystem } from "@caio/traceability";
import fc from "fast-check";

import { AppendChild, type Said } from "./append-child.ts";
import { openTarget, type AppendTarget } from "./append-target.ts";

/** What is killed: the process that writes, all processes of the database server, or its connections. */
export type Victim = "writer" | "server" | "connections";

export interface KillCampaign {
  readonly engine: AppendTarget["engine"];
  readonly kills: number;
  readonly seed: number;
  /** Told of each round that went well. */
  readonly onRound?: (round: number, figures: KillFigures) => void;
}

/** What a campaign counted; that it ended says that nothing was lost. */
export interface KillFigures {
  readonly kills: Readonly<Record<Victim, number>>;
  /** Entries and keys that were confirmed, and found where they were said to be. */
  readonly entries: number;
  readonly keys: number;
  /** Decisions that were said to be lost or unknown, and how many of them are in the log all the same. */
  readonly lost: number;
  readonly taken: number;
}

/** When something is killed. */
interface Moment {
  readonly victim: Victim;
  readonly acks: number;
  readonly afterMs: number;
  /** How long a server is away, milliseconds. */
  readonly awayMs: number;
}

/** Children that load while another one runs. */
const AHEAD = 2;

/**
 * Kills what writes a log, at random moments, again and again. After each kill the log must hold all that was ever confirmed, each entry at
 * its index, in one chain under one root, and must go on.
 *
 * @throws Error with the seed and the round where it does not
 */
export async function runKillCampaign(campaign: KillCampaign): Promise<KillFigures> {
  const place = campaign.engine === "sqlite" ? sqlitePlace() : await postgresPlace();
  const children: AppendChild[] = [];
  try {
    return await new Campaign(campaign, place, children).run();
  } finally {
    for (const child of children) await child.kill();
    await place.end();
  }
}

interface Place {
  readonly target: AppendTarget;
  /** The server, where there is one. */
  readonly server?: PostgresServer;
  readonly end: () => Promise<void>;
}

function sqlitePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), "caio-kill-"));
  const end = (): Promise<void> => {
    rmSync(folder, { recursive: true, force: true });
    return Promise.resolve();
  };
  return { target: { engine: "sqlite", file: join(folder, "caio.db") }, end };
}

async function postgresPlace(): Promise<Place> {
  const server = await PostgresServer.start();
  return { target: { engine: "postgres", url: server.url() }, server, end: () => server.stop() };
}

class Campaign {
  readonly #campaign: KillCampaign;
  readonly #place: Place;
  readonly #children: AppendChild[];
  readonly #kills: Record<Victim, number> = { writer: 0, server: 0, connections: 0 };
  /** Index and decision id of all that was ever confirmed. */
  readonly #confirmed = new Map<number, string>();
  readonly #lost = new Set<string>();
  #keys = 0;
  #taken = 0;

  constructor(campaign: KillCampaign, place: Place, children: AppendChild[]) {
    this.#campaign = campaign;
    this.#place = place;
    this.#children = children;
  }

  async run(): Promise<KillFigures> {
    const { kills, seed, engine, onRound } = this.#campaign;
    const all = momentsOf(seed, kills, engine);
    for (const [round, moment] of all.entries()) {
      // None is started that is not needed.
      const wanted = Math.min(all.length, round + 1 + AHEAD);
      while (this.#children.length < wanted) this.#children.push(new AppendChild());
      const child = this.#children[round] ?? new AppendChild();
      try {
        await child.start({ target: this.#place.target, name: `${String(seed)}-${String(round)}` });
        await this.#killAt(child, moment);
        await this.#requireWhole(await child.kill());
      } catch (error) {
        throw new Error(`seed ${String(seed)}, round ${String(round)} ${JSON.stringify(moment)}`, { cause: error });
      }
      onRound?.(round, this.#figures());
      if (total(this.#kills) >= kills) break;
    }
    return this.#figures();
  }

  #figures(): KillFigures {
    return { kills: { ...this.#kills }, entries: this.#confirmed.size, keys: this.#keys, lost: this.#lost.size, taken: this.#taken };
  }

  /** A writer survives its server and its connections, and goes on; then it is killed itself. */
  async #killAt(child: AppendChild, { victim, acks, afterMs, awayMs }: Moment): Promise<void> {
    await child.confirmed(acks);
    await pause(afterMs);
    const { server } = this.#place;
    if (victim !== "writer" && server !== undefined) {
      this.#kills[victim] += 1;
      if (victim === "server") {
        await server.kill();
        await pause(awayMs);
        await server.restart();
      } else await server.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'caio %'");
      await child.confirmed(child.acks + 10);
      await pause(afterMs);
    }
    this.#kills.writer += 1;
  }

  async #requireWhole(said: Said): Promise<void> {
    for (const [index, id] of said.entries) {
      if (this.#confirmed.has(index)) throw new Error(`Index ${String(index)} was given out twice.`);
      this.#confirmed.set(index, id);
    }
    const stores = await openTarget(this.#place.target);
    try {
      const traces = await TraceabilitySystem.open(stores.traces);
      const verdict = await traces.verify();
      if (!verdict.holds) throw new Error(`The log does not hold at ${String(verdict.logIndex)}: ${verdict.reason}`);
      const kept = await stores.traces.read(0, Number.MAX_SAFE_INTEGER, { certificates: false });
      const ids = kept.map(({ keys }) => keys.decisionId);
      for (const [index, id] of this.#confirmed) if (ids[index] !== id) throw new Error(`Entry ${String(index)} is not the one that was confirmed there.`);
      if (new Set(ids).size !== ids.length) throw new Error("A decision is in the log twice.");
      for (const [, id] of said.entries) if ((await stores.decisionKeys.opening(id)) === undefined) throw new Error(`Decision ${id} has no opening.`);
      for (const id of said.keys) if ((await stores.decisionKeys.get(id)) === undefined) throw new Error(`Decision ${id} has no key.`);
      const all = new Set(ids);
      for (const id of said.lost) {
        this.#lost.add(id);
        if (all.has(id)) this.#taken += 1;
      }
      this.#keys += said.keys.length;
    } finally {
      await stores.close();
    }
  }
}

/** The first after some appends, then some before the first and some after many, each at any place of a commit. */
function momentsOf(seed: number, kills: number, engine: AppendTarget["engine"]): readonly Moment[] {
  const victims: readonly Victim[] = engine === "sqlite" ? ["writer"] : ["server", "connections", "writer"];
  const any = fc.record({ acks: fc.nat(60), afterMs: fc.oneof(fc.nat(3), fc.nat(25)), awayMs: fc.nat(300) });
  const moments = [{ acks: 20, afterMs: 2, awayMs: 0 }, ...fc.sample(any, { numRuns: Math.max(1, kills - 1), seed })];
  return moments.slice(0, kills).map((moment, at) => ({ ...moment, victim: victims[at % victims.length] ?? "writer" }));
}

function total(kills: Readonly<Record<Victim, number>>): number {
  return kills.writer + kills.server + kills.connections;
}

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}

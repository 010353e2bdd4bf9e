import { logStream } from "@caio/nats";
import { openSqlStores } from "@caio/store-sql";
import { TraceabilitySystem } from "@caio/traceability";

import { percentilesOf, type Percentiles } from "../../bench/percentiles.ts";
import { NatsHouse, ORIGIN } from "./house.ts";
import { Load, type Asked, type End } from "./load.ts";
import { Reader } from "./reader.ts";

export interface CampaignOptions {
  /** Requests in flight at any time. */
  readonly together: number;
  /** Requests for each phase. */
  readonly requests: number;
  readonly onPhase?: (phase: string) => void;
}

/** What came of the requests of one phase. */
export interface PhaseReport extends Percentiles {
  readonly phase: string;
  readonly ends: Readonly<Record<End, number>>;
  /** Codes of typed errors, and what was lost. */
  readonly said: readonly string[];
  /** Milliseconds from the end of the phase until the stream had all of the log, and the follower the registry. */
  readonly caughtUpMs: number;
}

export interface CampaignReport {
  readonly phases: readonly PhaseReport[];
  readonly entries: number;
  /** Whether the reader of the stream has the log, entry for entry. */
  readonly readerHasLog: boolean;
  readonly doubled: number;
  readonly gaps: number;
  /** Decisions that a caller was told of and the log does not have. */
  readonly missing: number;
  /** Whether the follower has the registry, down to its root. */
  readonly followerMatches: boolean;
  /** What the gateway said of faults. */
  readonly printed: string;
}

type Phase = readonly [name: string, harm: (house: NatsHouse, load: Load) => Promise<() => Promise<unknown>>];

const PHASES: readonly Phase[] = [
  ["quiet", () => Promise.resolve(() => Promise.resolve())],
  ["kill -9 of the server that leads the stream", async ({ servers }) => {
    const at = await leaderAt(servers);
    await servers.kill(at);
    return () => servers.restart(at);
  }],
  ["kill -9 of a copy of a service", async (house) => await house.killCopy()],
  ["the server that leads the stream answers nobody", async ({ servers }) => {
    const at = await leaderAt(servers);
    servers.pause(at);
    return () => Promise.resolve().then(() => { servers.resume(at); });
  }],
  ["kill -9 of two servers of three", async ({ servers }) => {
    await Promise.all([servers.kill(0), servers.kill(1)]);
    return () => Promise.all([servers.restart(0), servers.restart(1)]);
  }],
  ["kill -9 of the gateway", async ({ gateway }, load) => {
    load.killed(gateway.end("SIGKILL").then(() => gateway.start()));
    await load.more(1);
    return () => Promise.resolve();
  }],
];

/** Each harm under load, and then what it did to the decisions, to who reads the log from the stream, and to who follows the registry. */
export async function natsCampaign({ together, requests, onPhase }: CampaignOptions): Promise<CampaignReport> {
  const house = await NatsHouse.open();
  try {
    const reader = new Reader(house.connection, ORIGIN);
    const told = new Set<string>();
    let asked: Asked[] = [];
    const load = new Load(house.gateway, { together, onAsked: (each) => {
      asked.push(each);
      if (each.decision !== undefined) told.add(each.decision);
    } });
    const phases: PhaseReport[] = [];
    for (const [at, [phase, harm]] of PHASES.entries()) {
      onPhase?.(phase);
      await load.more(together);
      asked = [];
      const mend = await harm(house, load);
      await load.more(requests);
      await house.swap(`1.${String(at + 1)}.0`);
      const ended = asked;
      await mend();
      const from = performance.now();
      await caughtUp(house);
      phases.push({ phase, ...summaryOf(ended), caughtUpMs: performance.now() - from });
    }
    await load.stop();
    await caughtUp(house);
    return { phases, ...(await findings(house, reader, told)) };
  } finally {
    await house.stop();
  }
}

async function leaderAt(servers: NatsHouse["servers"]): Promise<number> {
  const at = await servers.leaderOf(logStream(ORIGIN));
  return at < 0 ? 0 : at;
}

/** The follower has the newest epoch, and the stream what the log has by now. */
async function caughtUp(house: NatsHouse): Promise<void> {
  const { log } = await house.copied();
  const epoch = await house.epoch();
  while ((await house.copied()).stream < log || house.followed.epoch !== epoch || !house.followed.matches) await new Promise((resolve) => setTimeout(resolve, 20));
  await house.servers.ready();
}

function summaryOf(asked: readonly Asked[]): Omit<PhaseReport, "phase" | "caughtUpMs"> {
  const ends = { ok: 0, typed: 0, lost: 0, killed: 0 };
  for (const { end } of asked) ends[end] += 1;
  const said = [...new Set(asked.filter(({ end }) => end === "typed" || end === "lost").map(({ said: words }) => words))].sort();
  return { ends, said, ...percentilesOf(asked.filter(({ end }) => end === "ok").map(({ ms }) => ms)) };
}

async function findings(house: NatsHouse, reader: Reader, told: ReadonlySet<string>): Promise<Omit<CampaignReport, "phases">> {
  const { log: entries } = await house.copied();
  const until = performance.now() + 60_000;
  while (reader.texts.length < entries && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  const followerMatches = house.followed.matches;
  await reader.stop();
  await house.gateway.end("SIGTERM");
  const stores = await openSqlStores({ file: house.gateway.storeFile });
  try {
    const traces = await TraceabilitySystem.open(stores.traces);
    const texts = await traces.entryTexts(0, entries);
    const logged = texts.join("\n");
    const missing = [...told].filter((id) => !logged.includes(id)).length;
    const readerHasLog = texts.length === reader.texts.length && texts.every((text, at) => text === reader.texts[at]);
    return { entries, readerHasLog, doubled: reader.doubled, gaps: reader.gaps, missing, followerMatches, printed: house.gateway.printed };
  } finally {
    await stores.close();
  }
}

import { FakeEmbeddings, FakeOpenAiUpstream, freePorts, installedNats, installedPostgres, PostgresServer, startNats } from "@caio/fakes";

/** What stands at the addresses that a page names, and how the page's text leads there. */
export interface StandIns {
  /** A block as it is run here. */
  translate(code: string): string;
  /** The environment of its commands. */
  readonly environment: Readonly<Record<string, string>>;
  /** Why a block cannot be run on this machine; undefined if it can. */
  missingFor(code: string): string | undefined;
  stop(): Promise<void>;
}

/** Where documents say the gateway listens. */
const GATEWAY = "8080";

/** What documents call a database. */
const DATABASE = /postgres:\/\/caio:[A-Za-z]+@127\.0\.0\.1:5432\/caio|CAIO_DATABASE_URL/;

interface Known {
  /** The port in documents. */
  readonly port: string;
  /** Starts what stands there. */
  start(): Promise<{ readonly port: string; stop(): Promise<void> } | { readonly missing: string }>;
}

/** Addresses at which documents expect something that is not CAIO. */
const KNOWN: readonly Known[] = [
  { port: "11434", start: async () => portOf(await FakeOpenAiUpstream.start({ healthy: true })) },
  { port: "8000", start: async () => portOf(await FakeEmbeddings.start()) },
  {
    port: "4222",
    start: async () => {
      const installed = installedNats();
      if ("missing" in installed) return installed;
      const servers = await startNats();
      return { port: (servers.addresses[0] ?? "").replace(/^.*:/, ""), stop: () => servers.stop() };
    },
  },
];

function portOf(fake: { readonly baseUrl: string; stop(): Promise<void> }): { readonly port: string; stop(): Promise<void> } {
  return { port: new URL(fake.baseUrl).port, stop: () => fake.stop() };
}

/** Starts what a page needs, by the addresses in the code of its blocks, each on a port that is free. */
export async function standIns(code: string): Promise<StandIns> {
  const named = new Set([GATEWAY, ...[...code.matchAll(/(?:127\.0\.0\.1|localhost):(\d{4,5})\b/g)].map(([, port = ""]) => port)]);
  const ports = new Map<string, string>();
  const missing = new Map<string, string>();
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => { for (const each of stops.reverse()) await each(); };
  try {
    for (const port of named) {
      const started = await KNOWN.find((each) => each.port === port)?.start();
      if (started !== undefined && "missing" in started) missing.set(port, started.missing);
      else ports.set(port, started?.port ?? String((await freePorts(1))[0]));
      if (started !== undefined && "stop" in started) stops.push(() => started.stop());
    }
    const database = DATABASE.test(code) ? await databaseFor(stops) : undefined;
    const url = database !== undefined && "url" in database ? database.url : undefined;
    return {
      translate: (text) => [...ports].reduce((done, [from, to]) => done.replaceAll(new RegExp(`\\b${from}\\b`, "g"), to), url === undefined ? text : text.replaceAll(new RegExp(DATABASE.source.split("|")[0] ?? "", "g"), url)),
      environment: { CAIO_URL: `http://127.0.0.1:${ports.get(GATEWAY) ?? ""}`, CAIO_DOCS_PORT: ports.get(GATEWAY) ?? "", ...(url === undefined ? {} : { CAIO_DATABASE_URL: url }) },
      missingFor: (text) => (database !== undefined && "missing" in database && DATABASE.test(text) ? database.missing : [...missing].find(([port]) => text.includes(`:${port}`))?.[1]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function databaseFor(stops: (() => Promise<void>)[]): Promise<{ readonly url: string } | { readonly missing: string }> {
  const installed = installedPostgres();
  if ("missing" in installed) return installed;
  const server = await PostgresServer.start({ fsync: false });
  stops.push(() => server.stop());
  return { url: await server.createDatabase("caio") };
}

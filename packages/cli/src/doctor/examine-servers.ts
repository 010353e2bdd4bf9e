import { connect } from "node:net";

import type { GatewayConfig } from "@caio/gateway/config";

import type { Finding, Tell } from "./finding.ts";

export interface ServerTerms {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for each server. */
  readonly patienceMs: number;
}

interface Place {
  readonly host: string;
  readonly port: number;
}

/** What a server says first, and what it has to be asked for that. */
interface Greeting {
  readonly ask?: Uint8Array;
  readonly isIt: (said: Buffer) => boolean;
}

type Found = Pick<Finding, "level" | "found" | "next">;

/** PostgreSQL is asked whether it speaks TLS (SSLRequest, protocol 3.0), which it answers with one letter before it knows who asks. */
const POSTGRES: Greeting = { ask: Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47), isIt: (said) => said.length === 1 && (said[0] === 0x53 || said[0] === 0x4e) };
/** NATS introduces itself to everyone. */
const NATS: Greeting = { isIt: (said) => said.toString("latin1", 0, 5) === "INFO " };

/**
 * The servers that a configuration names: whether they can be reached, and are what they should be. Nothing is read or written there, and nobody logs
 * in, so that no secret leaves this process.
 */
export async function examineServers({ store, nats }: GatewayConfig, { environment, patienceMs }: ServerTerms, tell: Tell): Promise<void> {
  const url = store === undefined ? undefined : environment[store.urlEnv];
  if (store !== undefined && url !== undefined && url !== "") tell({ part: "data", about: "database", ...(await examineDatabase(store.urlEnv, url, patienceMs)) });
  const servers = nats?.servers ?? [];
  const found = await Promise.all(servers.map((server) => examineNats(server, patienceMs)));
  for (const each of found) tell({ part: "services", about: "NATS", ...each });
}

async function examineDatabase(variable: string, url: string, patienceMs: number): Promise<Found> {
  const place = placeOf(url, 5432);
  if (place === undefined || !/^postgres(?:ql)?:/.test(url)) return { level: "wrong", found: `${variable} holds no address of a database`, next: `Set it, with / ? # and @ of a password as %2F %3F %23 and %40: export ${variable}=postgres://USER:PASSWORD@HOST:5432/DATABASE` };
  if (/[?&]host=/.test(url)) return { level: "note", found: `${variable} names a socket, which was not asked` };
  const fault = await faultOf(place, POSTGRES, patienceMs);
  const where = `${place.host}:${String(place.port)}`;
  if (fault === undefined) return { level: "ok", found: `PostgreSQL answers at ${where}; name and password were not tried` };
  return { level: "wrong", found: `${where} ${fault}, expected PostgreSQL`, next: `Start it, or correct host and port in ${variable}.` };
}

async function examineNats(server: string, patienceMs: number): Promise<Found> {
  const place = placeOf(server, 4222);
  if (place === undefined) return { level: "wrong", found: "a server has no address", next: "Correct nats.servers in the configuration: nats://HOST:4222" };
  const fault = await faultOf(place, NATS, patienceMs);
  const where = `${place.host}:${String(place.port)}`;
  if (fault === undefined) return { level: "ok", found: `a server answers at ${where}; credentials were not tried` };
  return { level: "wrong", found: `${where} ${fault}, expected a NATS server`, next: "Start it, or correct nats.servers in the configuration." };
}

function placeOf(text: string, usual: number): Place | undefined {
  // The URL of a protocol that is not of the web keeps its host as it was written.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // An @ after the host is of a password with a / ? or # in it, and what looks like the host is a piece of it.
  if (url === undefined || url.hostname === "" || `${url.pathname}${url.search}${url.hash}`.includes("@")) return undefined;
  return { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port: url.port === "" ? usual : Number(url.port) };
}

/** What is wrong with a server, in words; undefined if it is what it should be. */
async function faultOf({ host, port }: Place, { ask, isIt }: Greeting, patienceMs: number): Promise<string | undefined> {
  const socket = connect({ host, port });
  try {
    return await new Promise<string | undefined>((resolve) => {
      const late = setTimeout(() => { resolve(`says nothing within ${String(patienceMs)} ms`); }, patienceMs);
      socket.once("close", () => { clearTimeout(late); });
      socket.once("connect", () => { if (ask !== undefined) socket.write(ask); });
      socket.once("data", (said) => { resolve(isIt(said) ? undefined : "is something else"); });
      socket.once("end", () => { resolve("ends the connection"); });
      socket.once("error", ({ code = "" }: NodeJS.ErrnoException) => { resolve(`cannot be reached (${code})`); });
    });
  } finally {
    socket.destroy();
  }
}

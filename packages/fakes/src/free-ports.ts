import { randomInt } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";

/** Below it are ports that a system keeps for itself and for services with a number of their own. */
const LOWEST = 12_000;
/** Where Linux begins to hand out ports unless it is told otherwise. */
const HANDED_OUT_FROM = 32_768;
const TRIES = 1000;

/**
 * Ports of the loopback that nobody has, for servers that are started later, or again on the same port: so none of those that the system hands
 * out to whoever asks for any, since it would hand them out meanwhile. Held all at once, so that none is given twice.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const below = handedOutFrom();
  const held = new Map<number, Server>();
  try {
    for (let left = TRIES; held.size < count && left > 0; left--) {
      const port = randomInt(LOWEST, below);
      const server = held.has(port) ? undefined : await listening(port);
      if (server !== undefined) held.set(port, server);
    }
  } finally {
    await Promise.all([...held.values()].map((server) => new Promise((closed) => server.close(closed))));
  }
  if (held.size < count) throw new Error(`Found ${String(held.size)} free ports between ${String(LOWEST)} and ${String(below)}, expected ${String(count)}. End what listens there.`);
  return [...held.keys()];
}

/** The first port that the system hands out by itself (ip(7), `ip_local_port_range`). */
function handedOutFrom(): number {
  try {
    const first = Number.parseInt(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8"), 10);
    return first > LOWEST + 1000 ? first : HANDED_OUT_FROM;
  } catch {
    return HANDED_OUT_FROM;
  }
}

/** A server on that port, if nobody has it. */
async function listening(port: number): Promise<Server | undefined> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
  } catch {
    return undefined;
  }
}

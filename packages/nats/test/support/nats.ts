import { randomBytes } from "node:crypto";

import { installedNats, sharedNats } from "@caio/fakes";
import { connect, type NatsConnection, type NodeConnectionOptions } from "@nats-io/transport-node";
import { onTestFinished } from "vitest";

const installed = installedNats();
/** For `describe.skipIf`: says so when there is no server to test with. */
export const noNats = "missing" in installed;
if ("missing" in installed) console.log(`Not run: tests with a NATS server. ${installed.missing}`);

/** A connection to the server that all tests of the process share; it ends with the test. That server is never away, only busy. */
export async function connected(): Promise<NatsConnection> {
  const { addresses } = await sharedNats();
  return await opened({ servers: [...addresses], timeout: 50_000 });
}

/** A connection to servers that may be lost, which is soon found out; it ends with the test. */
export async function connectedTo(servers: readonly string[]): Promise<NatsConnection> {
  return await opened({ servers: [...servers], pingInterval: 1000, maxPingOut: 2, timeout: 2000 });
}

async function opened(options: NodeConnectionOptions): Promise<NatsConnection> {
  const connection = await connect({ maxReconnectAttempts: -1, reconnectTimeWait: 100, ...options });
  onTestFinished(() => connection.close());
  return connection;
}

/** A name that no other test has. */
export function freshName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString("hex")}`;
}

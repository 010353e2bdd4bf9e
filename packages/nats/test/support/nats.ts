import { randomBytes } from "node:crypto";

import { installedNats, sharedNats } from "@caio/fakes";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { onTestFinished } from "vitest";

const installed = installedNats();
/** For `describe.skipIf`: says so when there is no server to test with. */
export const noNats = "missing" in installed;
if ("missing" in installed) console.log(`Not run: tests with a NATS server. ${installed.missing}`);

/** A connection to the server that all tests of the process share; it ends with the test. */
export async function connected(): Promise<NatsConnection> {
  const { addresses } = await sharedNats();
  return await connectedTo(addresses);
}

/** A connection that ends with the test. */
export async function connectedTo(servers: readonly string[]): Promise<NatsConnection> {
  const connection = await connect({ servers: [...servers], maxReconnectAttempts: -1, reconnectTimeWait: 100, pingInterval: 1000, maxPingOut: 2, timeout: 2000 });
  onTestFinished(() => connection.close());
  return connection;
}

/** A name that no other test has. */
export function freshName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString("hex")}`;
}

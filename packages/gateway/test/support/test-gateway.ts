import { randomBytes } from "node:crypto";

import { InProcessExecutor, type InProcessTarget } from "@caio/adapters";
import type { ServiceExecutor } from "@caio/contracts";
import { parsePolicySet } from "@caio/rules";
import { issueApiKey } from "@caio/security";
import { generateSigningKey } from "@caio/traceability";

import { ADMIN, memoryStores, openGateway, parseGatewayConfig, systemClock, systemDoor, type Gateway, type GatewayPorts } from "../../src/index.ts";

/** A gateway over memory with an admin key and a caller's key. */
export interface TestGateway extends Gateway {
  readonly admin: string;
  readonly caller: string;
}

export interface TestOptions {
  readonly executor?: ServiceExecutor;
  readonly targets?: Readonly<Record<string, InProcessTarget>>;
  readonly config?: string;
  readonly policy?: string;
  /** In the place of those that tests have, or beside them. */
  readonly ports?: Partial<GatewayPorts>;
}

export async function testGateway({ executor, targets = {}, config = "", policy = "caio_policy: 1\nid: house\n", ports = {} }: TestOptions = {}): Promise<TestGateway> {
  const stores = ports.stores ?? memoryStores();
  await stores.policies.put(parsePolicySet(policy));
  const keyOf = async (permissions: readonly string[]): Promise<string> => {
    const grant = { subject: "test", issuer: "house", tenant: "acme", permissions, trust: 8 };
    const { key, record } = issueApiKey(grant, { now: systemDoor.now(), random: (size) => randomBytes(size) });
    await stores.keys.add(record);
    return key;
  };
  const [admin, caller] = [await keyOf(["chat", ADMIN]), await keyOf(["chat"])];
  const gateway = await openGateway(
    parseGatewayConfig(`caio_gateway: 1\nlisten: { port: 0 }\n${/^log:/m.test(config) ? "" : "log: { level: silent }\n"}${config}`),
    { stores, executor: executor ?? new InProcessExecutor({ services: new Map(Object.entries(targets)) }), signingKey: generateSigningKey(), clock: systemClock, door: systemDoor, ...ports },
    "house",
  );
  return { ...gateway, admin, caller };
}

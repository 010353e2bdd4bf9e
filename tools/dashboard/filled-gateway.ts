import { InProcessExecutor, type InProcessTarget } from "@caio/adapters";
import { ADMIN, memoryStores, openGateway, parseGatewayConfig, type Gateway, type GatewayStores } from "@caio/gateway";
import { parsePolicySet } from "@caio/rules";
import { issueApiKey, type KeyLimits } from "@caio/security";
import { generateSigningKey } from "@caio/traceability";

import { frugal, policy, pretences, requests, type Pretence } from "./filling.ts";
import { steppedTime, type SteppedTime } from "./stepped-time.ts";

/** A gateway with decisions, services, policies, keys and budgets, as somebody finds it who looks at it after a while. */
export interface FilledGateway extends Gateway {
  readonly url: string;
  readonly admin: string;
  /** A key without any right of administration. */
  readonly caller: string;
  /** Makes more decisions, one after another, each `everyUs` after the one before. */
  readonly decide: (count: number, everyUs?: number) => Promise<void>;
}

interface Filling {
  readonly decisions: number;
  /** Microseconds between two of them, on the gateway's own clock. */
  readonly everyUs?: number;
  /** Milliseconds since 1970 when the first is made. */
  readonly start?: number;
  readonly seed?: string;
  /** The folder of the built page. */
  readonly pages?: URL;
  /** Where it is kept; memory unless said. */
  readonly stores?: GatewayStores;
}

/** Two hours before the last decision, if there are 240 of them. */
const START = Date.UTC(2026, 2, 2, 9, 0, 0);
const EVERY_US = 30_000_000;

/** Opens a gateway over memory on a free port of this machine and fills it. The services are fakes, and so is the time until it is filled. */
export async function filledGateway({ decisions, everyUs = EVERY_US, start = START, seed = "filled", pages, stores = memoryStores() }: Filling): Promise<FilledGateway> {
  const time = steppedTime(start, seed);
  const chance = generator(seed);
  for (const text of [policy, frugal]) await stores.policies.put(parsePolicySet(text));
  const key = async (subject: string, tenant: string, permissions: readonly string[], limits?: KeyLimits): Promise<string> => {
    const made = issueApiKey({ subject, issuer: "gateway", tenant, permissions: [...permissions], trust: 6 }, { now: time.door.now(), random: (size) => Buffer.from(time.door.freshKey(), "hex").subarray(0, size), ...(limits === undefined ? {} : { limits }) });
    await stores.keys.add(made.record);
    return made.key;
  };
  const admin = await key("operator", "acme", ["chat", ADMIN]);
  const callers = [
    await key("support-desk", "acme", ["chat"], { budget: { dayMicros: 2_000_000, monthMicros: 20_000_000 }, requestsPerMinute: 600 }),
    await key("search", "acme", ["chat", "legal"], { budget: { dayMicros: 500_000 } }),
    await key("newsroom", "borealis", ["chat"], { requestsPerMinute: 1200 }),
  ] as const;
  const executor = new InProcessExecutor({ services: new Map(Object.entries(pretences).map(([id, pretence]) => [id, target(pretence, time, chance)])) });
  const config = parseGatewayConfig("caio_gateway: 1\nlisten: { port: 0 }\nlog: { level: silent }\nlimits: { per_key_per_minute: 1000000 }\n");
  const gateway = await openGateway(config, { stores, executor, signingKey: generateSigningKey(), clock: time.clock, door: time.door, ...(pages === undefined ? {} : { pages }) }, "house");
  for (const { contract } of Object.values(pretences)) await told(gateway, { method: "POST", url: "/api/v1/services", key: admin, payload: contract, type: "application/yaml" });
  const decide = async (count: number, step = 0): Promise<void> => {
    for (let made = 0; made < count; made++) {
      time.pass(step);
      await gateway.app.inject({ method: "POST", url: "/api/v1/orchestrate", headers: { authorization: `Bearer ${callers[chance(callers.length)] ?? admin}`, "content-type": "application/json" }, payload: JSON.stringify(picked(chance(100))) });
    }
  };
  await decide(decisions, everyUs);
  const url = await gateway.listen();
  time.release();
  return { ...gateway, url, admin, caller: callers[0], decide };
}

/** A service that takes its time on the gateway's own clock, so that nobody waits for it. */
function target({ least, most, failsOnceIn }: Pretence, { pass }: SteppedTime, chance: (below: number) => number): InProcessTarget {
  return {
    execute: () => {
      pass((least + chance(most - least)) * (chance(20) === 0 ? 3 : 1));
      return failsOnceIn > 0 && chance(failsOnceIn) === 0 ? Promise.reject(new Error("An invented fault.")) : Promise.resolve({ output: { text: "An invented answer." }, usage: { inputTokens: 400, outputTokens: 40 + chance(200) } });
    },
    health: () => Promise.resolve({ healthy: true }),
  };
}

function picked(at: number): object {
  let passed = 0;
  for (const { share, document } of requests) {
    passed += share;
    if (at < passed) return document;
  }
  return requests[0]?.document ?? {};
}

async function told({ app }: Gateway, { method, url, key, payload, type }: { readonly method: "POST"; readonly url: string; readonly key: string; readonly payload: string; readonly type: string }): Promise<void> {
  const { statusCode, body } = await app.inject({ method, url, headers: { authorization: `Bearer ${key}`, "content-type": type }, payload });
  if (statusCode >= 300) throw new Error(`The filling was refused: ${body}`);
}

/** Chance that is the same each time. */
function generator(seed: string): (below: number) => number {
  let state = Buffer.from(seed).reduce((sum, byte) => (Math.imul(sum, 31) + byte) >>> 0, 7);
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

import { randomBytes } from "node:crypto";

import { OpenAiExecutor } from "@caio/adapters";
import { FakeOpenAiUpstream } from "@caio/fakes";
import { memoryStores, openGateway, parseGatewayConfig, systemClock, systemDoor, type Gateway } from "@caio/gateway";
import { InMemoryHistoryStore } from "@caio/orchestrator";
import { parsePolicySet } from "@caio/rules";
import { issueApiKey } from "@caio/security";
import { generateSigningKey } from "@caio/traceability";

/** Ways to set a gateway up. */
export const setups = ["one service", "two, error", "two, resume"] as const;
export type Setup = (typeof setups)[number];

/** Something that listens, with a fake behind it that fails on demand. */
export interface House {
  readonly name: string;
  readonly baseURL: string;
  readonly apiKey: string;
  readonly upstreams: readonly FakeOpenAiUpstream[];
  stop(): Promise<void>;
}

/** Milliseconds: a stall is noticed then. */
const PATIENCE_MS = 1500;

/** Keeps nothing, so that nothing is learned: every case meets the service that fails. A gateway that learns soon avoids it. */
class ForgetfulHistory extends InMemoryHistoryStore {
  override append(): Promise<void> {
    return Promise.reject(new Error("A campaign keeps no history."));
  }
}

/** A listening gateway over memory, and the fakes behind it. */
export async function openHouse(setup: Setup): Promise<House> {
  const upstreams = [await FakeOpenAiUpstream.start({ forgetful: true })];
  if (setup !== "one service") upstreams.push(await FakeOpenAiUpstream.start({ forgetful: true, healthy: true }));
  const stores = { ...memoryStores(), history: new ForgetfulHistory() };
  const afterFirstByte = setup === "two, resume" ? "resume" : "error";
  await stores.policies.put(parsePolicySet(`caio_policy: 1\nid: house\nlimits: { deadline_ms: 60000 }\nfallback: { max_attempts: 3, after_first_byte: ${afterFirstByte} }\n`));
  const grant = { subject: "campaign", issuer: "house", tenant: "acme", permissions: ["caio.admin"], trust: 8 };
  const { key, record } = issueApiKey(grant, { now: systemDoor.now(), random: (size) => randomBytes(size) });
  await stores.keys.add(record);
  const limits = `limits: { first_delta_ms: ${String(PATIENCE_MS)}, between_deltas_ms: ${String(PATIENCE_MS)}, per_key_per_minute: 10000000 }`;
  // Every case meets the service that fails: none is kept from it.
  const config = parseGatewayConfig(`caio_gateway: 1\nlisten: { port: 0 }\nlog: { level: silent }\ncircuits: { enabled: false }\n${limits}\n`);
  const ports = { stores, executor: new OpenAiExecutor(), signingKey: generateSigningKey(), clock: systemClock, door: systemDoor };
  const gateway = await openGateway(config, ports, "house");
  for (const [index, { baseUrl }] of upstreams.entries()) await register(gateway, key, contract(`fake-${String(index)}`, `0.0${String(index + 1)}`, baseUrl));
  const stop = async (): Promise<void> => {
    await Promise.all(upstreams.map((upstream) => upstream.stop()));
    await gateway.close();
  };
  return { name: `gateway, ${setup}`, baseURL: `${await gateway.listen()}/v1`, apiKey: key, upstreams, stop };
}

async function register({ app }: Gateway, key: string, payload: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/yaml" };
  const { statusCode, body } = await app.inject({ method: "POST", url: "/api/v1/services", headers, payload });
  if (statusCode !== 201) throw new Error(`A contract was refused: ${body}`);
}

function contract(id: string, cost: string, baseUrl: string): string {
  return JSON.stringify({
    ...{ service_id: id, version: "1.0.0", capabilities: ["inference.chat"], access: { public: true } },
    ...{ api: { protocol: "openai", base_url: baseUrl }, privacy: { data_locality: "local" } },
    cost: { model: "per_request", base_cost: cost, currency: "USD" },
  });
}

import { OpenAiExecutor } from "@caio/adapters";
import { FakeOpenAiUpstream } from "@caio/fakes";

import type { GatewayPorts } from "../../src/index.ts";
import { register } from "./register.ts";
import { testGateway, type TestGateway } from "./test-gateway.ts";

/**
 * A listening gateway with services of the OpenAI protocol behind it: fakes, each with a contract. Its circuits stay closed, so that every
 * test meets the service that fails.
 */
export interface FakeBacked extends TestGateway {
  readonly baseURL: string;
  /** Fails on demand; its contract is the cheaper one. */
  readonly faulty: FakeOpenAiUpstream;
  /** Never fails; absent with one service. */
  readonly sound: FakeOpenAiUpstream | undefined;
}

export interface FakeBackedOptions {
  readonly services?: 1 | 2;
  readonly afterFirstByte?: "error" | "resume";
  /** Requests that a key may make in a minute. */
  readonly perMinute?: number;
  /** How long a stream may be silent, milliseconds. Default: longer than any machine is busy. */
  readonly patienceMs?: number;
  /** Lines of the configuration. */
  readonly config?: string;
  readonly ports?: Partial<GatewayPorts>;
}

export async function fakeBacked({ services = 1, afterFirstByte = "error", perMinute = 1_000_000, patienceMs = 20_000, config = "", ports = {} }: FakeBackedOptions = {}): Promise<FakeBacked> {
  const faulty = await FakeOpenAiUpstream.start();
  const sound = services === 2 ? await FakeOpenAiUpstream.start({ healthy: true }) : undefined;
  const gateway = await testGateway({
    executor: new OpenAiExecutor(),
    config: `limits: { first_delta_ms: ${String(patienceMs)}, between_deltas_ms: ${String(patienceMs)}, per_key_per_minute: ${String(perMinute)} }\ncircuits: { enabled: false }\n${config}`,
    ports,
    policy: `caio_policy: 1\nid: house\nlimits: { deadline_ms: 60000 }\nfallback: { max_attempts: 3, after_first_byte: ${afterFirstByte} }\n`,
  });
  await register(gateway, contract("first", "fake-1", "0.01", faulty), ...(sound === undefined ? [] : [contract("second", "fake-2", "0.02", sound)]));
  const baseURL = `${await gateway.listen()}/v1`;
  const close = async (): Promise<void> => {
    await Promise.all([faulty.stop(), sound?.stop()]);
    await gateway.close();
  };
  return { ...gateway, baseURL, faulty, sound, close };
}

function contract(id: string, model: string, cost: string, { baseUrl }: FakeOpenAiUpstream): string {
  const document = {
    ...{ service_id: id, version: "1.0.0", capabilities: ["inference.chat", "inference.embedding"], access: { public: true } },
    ...{ models: [{ id: model }], api: { protocol: "openai", base_url: baseUrl }, privacy: { data_locality: "local" } },
    cost: { model: "per_request", base_cost: cost, currency: "USD" },
  };
  return JSON.stringify(document);
}

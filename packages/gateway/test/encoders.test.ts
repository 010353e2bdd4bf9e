import { FakeEmbeddings } from "@caio/fakes";
import { isCaioError } from "@caio/core";
import { parseRequestDocument } from "@caio/contracts";
import { openUseEncoder } from "@caio/encoder-use";
import { generateSigningKey } from "@caio/traceability";
import { verifyBundle } from "@caio/verifier";
import { describe, expect, it, onTestFinished } from "vitest";

import { memoryStores, openEncoder, parseGatewayConfig, type GatewayPorts } from "../src/index.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

/** None of these has a word in common with what is asked. */
const services = {
  cuisine: "Meals and dishes, ingredients, how to cook them.",
  finance: "Stock markets, shares, bonds and exchange rates.",
  weather: "Rain, sunshine, storms and temperatures of the coming days.",
};
const questions = { cuisine: "How do I bake a loaf of sourdough bread?", finance: "Should I invest my savings in equities?", weather: "Will I need an umbrella tomorrow?" };
const ENDPOINT = "endpoint: { base_url: 'URL', model: letters, dimensions: 26, data_locality: local, timeout_ms: 20000 }";

async function open(config: string, ports: Partial<GatewayPorts> = {}, environment: Readonly<Record<string, string>> = {}): Promise<TestGateway> {
  const encoder = await openEncoder(parseGatewayConfig(`caio_gateway: 1\n${config}`), environment);
  const gateway = await testGateway({ config, policy: "caio_policy: 1\nid: house\nweights: { intent: 0.7, attention: 0.3, rl: 0, resonance: 0, cost: 0, risk: 0, latency: 0 }\n", ports: { encoder, ...ports } });
  onTestFinished(() => gateway.close());
  return gateway;
}

async function registerAll(gateway: TestGateway): Promise<void> {
  await register(gateway, ...Object.entries(services).map(([id, description]) => JSON.stringify({ service_id: id, version: "1.0.0", description, capabilities: ["text.answer"], access: { public: true }, cost: { model: "free" }, api: { protocol: "inprocess" } })));
}

async function ask(gateway: TestGateway, text: string): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const payload = { caio_request: 1, intent: { text, categories: ["question"] }, requirements: { capabilities: [{ type: "text.answer" }] } };
  const { statusCode, body } = await gateway.app.inject({ method: "POST", url: "/api/v1/route", headers: { authorization: `Bearer ${gateway.caller}` }, payload });
  return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> };
}

function chosen({ body }: Awaited<ReturnType<typeof ask>>): unknown {
  return (body as { selected?: { service?: unknown } }).selected?.service;
}

describe("the USE encoder in a gateway", () => {
  it("chooses by meaning, where no word is the same; and every receipt verifies", async () => {
    const gateway = await open("encoder: { kind: use, features: true }\n");
    await registerAll(gateway);
    for (const [service, question] of Object.entries(questions)) {
      const answer = await ask(gateway, question);
      expect([answer.status, chosen(answer)], question).toEqual([200, service]);
      const bundle = await gateway.app.inject({ url: `/api/v1/traces/${String(answer.body["decision_id"])}/bundle`, headers: { authorization: `Bearer ${gateway.caller}` } });
      const { payload } = JSON.parse(bundle.body) as { readonly payload: string };
      const statement = Buffer.from(payload, "base64").toString();
      // Its encoder and the encodings of contracts are in a receipt; what tells of the text is not.
      expect([statement.includes("use-lite-en-0.2.0/caio-1"), statement.includes('"features":')]).toEqual([true, false]);
      const { body: key } = await gateway.app.inject({ url: "/api/v1/log/key" });
      expect((await verifyBundle(bundle.body, { publicKey: key.trim() })).valid).toBe(true);
    }
    const { encoderId } = gateway.core.registry.snapshot().services[0] ?? {};
    expect(encoderId).toBe("use-lite-en-0.2.0/caio-1");
  }, 60_000);
});

describe("another encoder at the next start", () => {
  it("encodes the contracts in the store anew, once, and takes them back", async () => {
    const stores = memoryStores();
    const signingKey = generateSigningKey();
    const first = await testGateway({ ports: { stores, signingKey } });
    await registerAll(first);
    const before = first.core.registry.snapshot();
    const opened = async (config: string): Promise<TestGateway> => testGateway({ config, ports: { stores, signingKey, encoder: await openEncoder(parseGatewayConfig(`caio_gateway: 1\n${config}`), {}) } });
    const endpoint = await FakeEmbeddings.start();
    onTestFinished(() => endpoint.stop());
    const config = `encoder: { kind: endpoint, ${ENDPOINT.replace("URL", endpoint.baseUrl)} }\n`;
    const second = await opened(config);
    const after = second.core.registry.snapshot();
    expect(after.epoch).toBe(before.epoch + 1);
    expect(after.services.map(({ contractDigest, encoderId }) => [contractDigest, encoderId])).toEqual(before.services.map(({ contractDigest }) => [contractDigest, "openai:letters/26/8192/caio-1"]));
    expect((await opened(config)).core.registry.snapshot().epoch).toBe(after.epoch);
    const back = (await opened("encoder: { kind: hashing }\n")).core.registry.snapshot();
    expect(back.services.map(({ encodingDigest }) => encodingDigest)).toEqual(before.services.map(({ encodingDigest }) => encodingDigest));
  });

  it("says in its metrics what another encoder encoded meanwhile", async () => {
    const gateway = await testGateway();
    onTestFinished(() => gateway.close());
    await registerAll(gateway);
    const shown = async (): Promise<string> => (await gateway.app.inject({ url: "/metrics", headers: { authorization: `Bearer ${gateway.admin}` } })).body;
    expect(await shown()).toContain("caio_registry_of_another_encoder 0");
    const [entry] = gateway.core.registry.snapshot().services;
    if (entry !== undefined) await gateway.core.registry.replace({ ...entry, encoderId: "other-1" });
    expect(await shown()).toContain("caio_registry_of_another_encoder 1");
  });
});

describe("an endpoint as encoder", () => {
  it("is asked with the key that the configuration names, and nobody sees it", async () => {
    const endpoint = await FakeEmbeddings.start();
    onTestFinished(() => endpoint.stop());
    const config = `encoder: { kind: endpoint, ${ENDPOINT.replace("URL", endpoint.baseUrl).replace("}", ", key_env: EMBEDDINGS_KEY }")} }\n`;
    const gateway = await open(config, {}, { EMBEDDINGS_KEY: "sk-planted" });
    await registerAll(gateway);
    const answer = await ask(gateway, questions.weather);
    expect(answer.status).toBe(200);
    expect(endpoint.headers.at(-1)?.authorization).toBe("Bearer sk-planted");
    endpoint.fault = (_asked, response) => { response.writeHead(401, { "content-type": "application/json" }).end('{"error":{"message":"sk-planted is no key","code":"invalid_api_key"}}'); };
    const refused = await ask(gateway, questions.cuisine);
    expect([refused.status, JSON.stringify(refused.body).includes("sk-planted")]).toEqual([502, false]);
    await expect(openEncoder(parseGatewayConfig(`caio_gateway: 1\n${config}`), {})).rejects.toMatchObject({ code: "InvalidField", details: { variable: "EMBEDDINGS_KEY" } });
  });

  it("that is away is never replaced by another encoder: no decision, or one without words, as the configuration says", async () => {
    const endpoint = await FakeEmbeddings.start();
    onTestFinished(() => endpoint.stop());
    const faults: string[] = [];
    const onFault = (where: string, fault: unknown): void => { faults.push(`${where} ${isCaioError(fault) ? fault.code : "unknown"}`); };
    const [strict, blank] = [await open(`encoder: { kind: endpoint, ${ENDPOINT.replace("URL", endpoint.baseUrl)} }\n`, { onFault }), await open(`encoder: { kind: endpoint, away: blank, ${ENDPOINT.replace("URL", endpoint.baseUrl)} }\n`, { onFault })];
    await registerAll(strict);
    await registerAll(blank);
    endpoint.fault = (_asked, response) => { response.writeHead(503, { "content-type": "application/json" }).end("{}"); };
    const refused = await ask(strict, questions.finance);
    expect([refused.status, refused.body["error"]]).toEqual([503, expect.objectContaining({ code: "ServiceUnavailable" })]);
    const decided = await ask(blank, questions.finance);
    expect(decided.status).toBe(200);
    expect(faults).toEqual(["encoder ServiceUnavailable"]);
    // What was not encoded is not kept.
    endpoint.fault = undefined;
    expect((await ask(blank, questions.finance)).status).toBe(200);
    expect(endpoint.inputs.at(-1)).toEqual([questions.finance]);
    // A contract that cannot be encoded is not registered.
    endpoint.fault = (_asked, response) => { response.destroy(); };
    await expect(register(blank, JSON.stringify({ service_id: "late", version: "1.0.0", capabilities: ["text.answer"], api: { protocol: "inprocess" } }))).rejects.toThrow(/ServiceUnavailable/);
  });
});

describe("what learning sees", () => {
  it("goes with requests where values are learned online, and else where the configuration says so", async () => {
    for (const [config, seen] of [["", false], ["learning: { online: {} }\n", true], ["encoder: { features: true }\n", true], ["learning: { online: {} }\nencoder: { features: false }\n", false]] as const) {
      const gateway = await open(config);
      await registerAll(gateway);
      const document = parseRequestDocument('{ "caio_request": 1, "intent": { "text": "umbrella" }, "requirements": { "capabilities": [{ "type": "text.answer" }] } }');
      const { request } = await gateway.core.orchestrator.decide(document, { subject: "a", issuer: "house", tenant: "acme", permissions: [], trust: 8, evidence: { method: "local" } });
      expect(request.fields.features?.length, config).toBe(seen ? 512 : undefined);
    }
  });
});

describe("the configuration of an encoder", () => {
  it("is refused with its places where it says too little, too much or nonsense", () => {
    for (const [encoder, words] of [
      ["{ kind: endpoint }", /encoder.*endpoint/],
      ["{ kind: use, endpoint: { base_url: 'http://127.0.0.1/v1', model: a, dimensions: 2 } }", /kind: endpoint/],
      ["{ kind: magic }", /encoder/],
      ["{ kind: endpoint, endpoint: { base_url: 'http://u:p@127.0.0.1/v1', model: a, dimensions: 2 } }", /credentials/],
      ["{ kind: endpoint, endpoint: { base_url: 'http://127.0.0.1/v1', model: a, dimensions: 0 } }", /dimensions/],
      ["{ kind: endpoint, endpoint: { base_url: 'http://127.0.0.1/v1', model: a, dimensions: 2, key_env: sk-1234 } }", /variable/],
      ["{ kind: hashing, away: hashing }", /away/],
      ["{ model: a }", /model/],
    ] as const) {
      expect(() => parseGatewayConfig(`caio_gateway: 1\nencoder: ${encoder}\n`), encoder).toThrow(words);
    }
    expect(() => parseGatewayConfig("caio_gateway: 1\nlearning: { model: values.json }\nencoder: { features: false }\n")).toThrow(/features/);
    expect(parseGatewayConfig("caio_gateway: 1\n").encoder).toMatchObject({ kind: "hashing", away: "refuse" });
  });

  it("opens what it names", async () => {
    expect((await openEncoder(parseGatewayConfig("caio_gateway: 1\n"), {})).id).toBe("caio-hash-1");
    const own = openUseEncoder();
    expect(own.id).toBe("use-lite-en-0.2.0/caio-1");
    await own.close();
  });
});

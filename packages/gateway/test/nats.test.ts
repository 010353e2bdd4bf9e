import { randomBytes } from "node:crypto";

import { InProcessExecutor, ProtocolDispatcher } from "@caio/adapters";
import { ContractParser } from "@caio/contracts";
import { installedNats, sharedNats } from "@caio/fakes";
import { consumeLog, NatsLink, serveOverNats } from "@caio/nats";
import { describe, expect, it, onTestFinished } from "vitest";

import { memoryStores, openFabric, parseGatewayConfig, systemClock, systemDoor } from "../src/index.ts";
import { register } from "./support/register.ts";
import { testGateway, type TestGateway } from "./support/test-gateway.ts";

const installed = installedNats();
if ("missing" in installed) console.log(`Not run: gateways with a NATS server. ${installed.missing}`);

const parser = new ContractParser();
const contract = (id: string, protocol: string, version = "1.0.0"): string => `
service_id: ${id}
version: ${version}
capabilities: [echo.text]
cost: { model: free }
privacy: { data_locality: local }
access: { public: true }
api: { protocol: ${protocol} }
`;
const document = { caio_request: 1, intent: { text: "say hello" }, requirements: { capabilities: [{ type: "echo.text" }] }, data: { payload: { text: "hello" } } };

/** A gateway as `caio serve` puts it together, over memory. */
async function fabricGateway(config: string, origin = `test/${randomBytes(4).toString("hex")}`): Promise<TestGateway & { readonly faults: [string, unknown][] }> {
  const text = `origin: ${origin}\n${config}`;
  const faults: [string, unknown][] = [];
  const onFault = (where: string, fault: unknown): void => { faults.push([where, fault]); };
  const fabric = await openFabric(parseGatewayConfig(`caio_gateway: 1\n${text}`), { environment: { NATS_WORD: "secret-7" }, place: (path) => path, clock: systemClock, door: systemDoor, onFault });
  const executor = new ProtocolDispatcher([new InProcessExecutor({ services: new Map() }), ...(fabric?.executors ?? [])]);
  const gateway = await testGateway({ config: text, executor, ports: { stores: memoryStores(), onFault, ...(fabric === undefined ? {} : { fabric }) } });
  onTestFinished(() => gateway.close());
  return { ...gateway, faults };
}

async function ask(gateway: TestGateway, method: "GET" | "POST" | "DELETE", url: string, payload?: object): Promise<{ readonly status: number; readonly body: string; readonly json: Record<string, unknown> }> {
  const { statusCode, body, headers } = await gateway.app.inject({ method, url, headers: { authorization: `Bearer ${gateway.admin}` }, ...(payload === undefined ? {} : { payload }) });
  return { status: statusCode, body, json: String(headers["content-type"]).includes("json") ? (JSON.parse(body) as Record<string, unknown>) : {} };
}

describe.skipIf("missing" in installed)("a gateway with NATS", () => {
  it("calls services through it, and copies its log into a stream", async () => {
    const { addresses: [server = ""] } = await sharedNats();
    const link = NatsLink.open({ servers: [server] });
    onTestFinished(() => link.close());
    const connection = await link.first();
    if (connection === undefined) throw new Error("There is no connection.");
    const id = `echo-${randomBytes(4).toString("hex")}`;
    const service = serveOverNats({ connection, contract: parser.parse(contract(id, "nats")), handler: { execute: ({ payload }) => Promise.resolve({ output: { said: payload } }) } });
    onTestFinished(() => service.stop(0));
    const origin = `test/${randomBytes(4).toString("hex")}`;
    const gateway = await fabricGateway(`nats: { servers: ["nats://${server}"], services: true, streams: true }\n`, origin);
    await register(gateway, contract(id, "nats"));
    await expect.poll(async () => (await ask(gateway, "POST", "/api/v1/orchestrate", document)).json).toMatchObject({ output: { said: { text: "hello" } } });
    await expect.poll(() => gateway.core.traces.head.size).toBeGreaterThan(3);
    const size = gateway.core.traces.head.size;
    const texts: string[] = [];
    for await (const message of consumeLog({ connection, log: origin })) {
      if (message.kind === "entry") texts.push(message.text);
      if (texts.length === size) break;
    }
    expect(texts).toEqual(await gateway.core.traces.entryTexts(0, size));
    expect((await ask(gateway, "GET", "/metrics")).body).toContain("caio_nats_connected 1\n");
    // A reader may have an entry before the server's word that it holds it is back.
    await expect.poll(async () => Number(/^caio_nats_log_published (\d+)$/m.exec((await ask(gateway, "GET", "/metrics")).body)?.[1])).toBeGreaterThanOrEqual(size);
    await service.stop();
    const refused = await ask(gateway, "POST", "/api/v1/orchestrate", document);
    expect([refused.status, refused.json]).toMatchObject([503, { error: { code: "ServiceUnavailable" } }]);
  });

  it("is as another one is, can be changed there alone, and says in its decisions when nobody confirms that any more", async () => {
    const { addresses: [server = ""] } = await sharedNats();
    const bucket = `GATEWAYS_${randomBytes(4).toString("hex")}`;
    const terms = `servers: ["nats://${server}"], bucket: ${bucket}`;
    const first = await fabricGateway(`nats: { ${terms}, registry: publish, beat_ms: 100 }\n`);
    await register(first, contract("one", "inprocess"), contract("two", "inprocess"));
    await expect.poll(async () => (await ask(first, "GET", "/metrics")).body).toContain("caio_nats_registry_writer 1\n");
    const second = await fabricGateway(`nats: { ${terms}, registry: follow, source: "${first.core.config.origin}", stale_after_ms: 1500 }\n`);
    const roots = (): readonly string[] => [first, second].map(({ core }) => core.registry.snapshot().view("acme").trieRoot);
    await expect.poll(() => second.core.registry.snapshot().size).toBe(2);
    expect(new Set(roots()).size).toBe(1);
    await expect.poll(async () => {
      const { json } = await ask(second, "POST", "/api/v1/route", document);
      return [json["outcome"], json["stale"]];
    }).toEqual(["chosen", undefined]);
    await ask(first, "POST", "/api/v1/services/one/drain");
    await expect.poll(() => new Set(roots()).size).toBe(1);
    for (const [method, url] of [["POST", "/api/v1/services/one/undrain"], ["DELETE", "/api/v1/services/one"]] as const) {
      const refused = await ask(second, method, url);
      expect([refused.status, refused.json]).toMatchObject([409, { error: { code: "IntegrityViolation" } }]);
    }
    const metrics = (await ask(second, "GET", "/metrics")).body;
    expect(metrics).toContain("caio_nats_registry_refused 0\n");
    expect(Number(/^caio_nats_registry_age_seconds (\S+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
    await first.close();
    await expect.poll(async () => (await ask(second, "POST", "/api/v1/route", document)).json["stale"]).toMatchObject({ registry: { bound_ms: 1500 } });
    expect([...first.faults, ...second.faults]).toEqual([]);
  });
});

it("a gateway whose NATS servers are away decides all the same, and tells once that they are", async () => {
  const gateway = await fabricGateway('nats: { servers: ["nats://127.0.0.1:1"], credentials: { token: "env:NATS_WORD" }, services: true, streams: true, registry: publish }\n');
  await register(gateway, contract("far", "nats"));
  expect((await ask(gateway, "POST", "/api/v1/route", document)).json).toMatchObject({ outcome: "chosen", selected: { service: "far" } });
  const refused = await ask(gateway, "POST", "/api/v1/orchestrate", document);
  expect([refused.status, refused.json]).toMatchObject([503, { error: { code: "ServiceUnavailable" } }]);
  await expect.poll(() => gateway.faults.length).toBe(1);
  expect(JSON.stringify(gateway.faults)).not.toContain("secret-7");
  expect((await ask(gateway, "GET", "/metrics")).body).toContain("caio_nats_connected 0\n");
});

describe("the configuration of NATS", () => {
  it.each([
    ["no server", "{ servers: [] }"],
    ["a server with credentials", '{ servers: ["nats://me:word@h:1"] }'],
    ["another scheme", '{ servers: ["http://h:1"] }'],
    ["a secret itself", '{ servers: ["nats://h:1"], credentials: { token: word } }'],
    ["two ways to say who it is", '{ servers: ["nats://h:1"], credentials: { token: "env:A", nkey: "env:B" } }'],
    ["a user without a password", '{ servers: ["nats://h:1"], credentials: { user: me } }'],
    ["a source of nothing", '{ servers: ["nats://h:1"], source: house }'],
    ["an inbox that reaches elsewhere", '{ servers: ["nats://h:1"], inbox_prefix: "a.>" }'],
  ])("is refused with %s", (_name, nats) => {
    expect(() => parseGatewayConfig(`caio_gateway: 1\nnats: ${nats}\n`)).toThrow(expect.objectContaining({ code: "InvalidField" }));
  });

  it("is refused in one line that says where, what was found and what was expected", () => {
    expect(() => parseGatewayConfig("caio_gateway: 1\nnats: { servers: [here] }\n")).toThrow('2:19 nats.servers[0]: found "here", expected nats://host:port or tls://host:port, without credentials');
  });

  it("is refused where it contradicts the rest", () => {
    const nats = (more: string): string => `caio_gateway: 1\nnats: { servers: ["nats://h:1"], ${more} }\n`;
    expect(() => parseGatewayConfig(`${nats("streams: true")}record: false\n`)).toThrow(/record: true/);
    expect(() => parseGatewayConfig(`${nats("registry: follow")}contracts: ./contracts\n`)).toThrow(/no contracts/);
    expect(() => parseGatewayConfig(`${nats("registry: follow")}store: { postgres: { url_env: CAIO_STORE_URL } }\ninstance: eu_1\n`)).toThrow(/no store/);
  });

  it("names a secret that cannot be had, and never what it is", async () => {
    const config = parseGatewayConfig('caio_gateway: 1\nnats: { servers: ["nats://h:1"], credentials: { creds: "file:/nowhere/at/all" } }\n');
    const opening = openFabric(config, { environment: {}, place: (path) => path, clock: systemClock, door: systemDoor, onFault: () => undefined });
    await expect(opening).rejects.toMatchObject({ code: "InvalidField", details: { path: "nats.credentials.creds", secret: "file:/nowhere/at/all" } });
  });
});

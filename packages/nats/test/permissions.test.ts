import { readFileSync } from "node:fs";

import { startNats, type NatsServers } from "@caio/fakes";
import { ServiceRegistry } from "@caio/registry";
import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { consumeLog, LogPublisher, NatsExecutor, NatsLink, RegistryFollower, RegistryPublisher, serveOverNats } from "../src/index.ts";
import { noNats } from "./support/nats.ts";
import { SampleLog } from "./support/sample-log.ts";
import { sampleContract, sampleRegistration } from "./support/sample-service.ts";

/** The users of the guide, with their names for passwords. */
function usersOfTheGuide(): string {
  const guide = readFileSync(new URL("../../../docs/nats.md", import.meta.url), "utf8");
  const config = [...guide.matchAll(/```conf\n([\s\S]*?)```/g)].map(([, text = ""]) => text).find((text) => text.startsWith("authorization"));
  return (config ?? "").replaceAll(/\$([A-Z]+)_PASSWORD/g, (_, name: string) => name.toLowerCase());
}

let servers: NatsServers;

/** A connection of a user; `denied` collects what the server did not let it do. */
async function as(user: string): Promise<{ readonly connection: NatsConnection; readonly denied: string[] }> {
  const link = NatsLink.open({ servers: servers.addresses, credentials: { kind: "password", user, password: user }, inboxPrefix: `_INBOX_${user}` });
  onTestFinished(() => link.close());
  const connection = await link.first();
  if (connection === undefined) throw new Error("There is no connection.");
  const denied: string[] = [];
  void (async () => {
    for await (const status of connection.status()) if (status.type === "error") denied.push(status.error.message);
  })();
  return { connection, denied };
}

describe.skipIf(noNats)("the users of the guide", () => {
  beforeAll(async () => {
    servers = await startNats({ config: usersOfTheGuide() });
  });
  afterAll(() => servers.stop());

  it("can do what they are for, and are denied nothing on the way", async () => {
    const [gateway, service, follower, reader] = [await as("gateway"), await as("shout"), await as("follower"), await as("acme")];
    const sample = await SampleLog.open();
    const publisher = LogPublisher.start({ connection: gateway.connection, log: "house", source: sample.source, stream: { maxBytes: 1_000_000 } });
    onTestFinished(() => publisher.stop());
    await sample.decide(2);
    await sample.decide(2, { tenant: "umbra" });
    await sample.decide(2);
    await expect.poll(() => publisher.standing.published).toBe(12);
    const own: string[] = [];
    for await (const message of consumeLog({ connection: reader.connection, log: "house", tenant: "acme" })) {
      if (message.kind === "entry") own.push(String(message.entry.tenant));
      if (own.length === 8) break;
    }
    expect(new Set(own)).toEqual(new Set(["acme"]));

    const [registry, followed] = [new ServiceRegistry(), new ServiceRegistry()];
    await registry.register(sampleRegistration("shout"));
    const shows = RegistryPublisher.start({ connection: gateway.connection, registry, source: "house", beatMs: 20 });
    onTestFinished(() => shows.stop());
    await expect.poll(() => shows.standing.role).toBe("writer");
    const follows = RegistryFollower.start({ connection: follower.connection, registry: followed, now: () => performance.now() });
    onTestFinished(() => follows.stop());
    await follows.ready;
    expect(follows.standing.matches).toBe(true);

    const contract = sampleContract("shout");
    const running = serveOverNats({
      connection: service.connection, contract,
      handler: { execute: ({ payload }) => Promise.resolve({ output: payload }), async *stream() { for (let n = 0; n < 100; n++) { yield { kind: "delta", value: n }; await Promise.resolve(); } yield { kind: "end", finish: "stop" }; } },
    });
    onTestFinished(() => running.stop(0));
    await service.connection.flush();
    const reach = new NatsExecutor({ connection: gateway.connection, inboxPrefix: "_INBOX_gateway" });
    onTestFinished(() => reach.close());
    const call = { decisionId: "", idempotencyKey: "", contract, model: null, endpoint: undefined, payload: "hello", deadlineUs: 5_000_000 };
    expect(await reach.execute(call, new AbortController().signal)).toEqual({ output: "hello" });
    let parts = 0;
    for await (const event of reach.stream(call, new AbortController().signal)) parts += event.kind === "delta" ? 1 : 0;
    expect([parts, await reach.health(contract, new AbortController().signal)]).toEqual([100, { healthy: true }]);
    await Promise.all([gateway, service, follower, reader].map(({ connection }) => connection.flush()));
    expect([gateway.denied, service.denied, follower.denied, reader.denied]).toEqual([[], [], [], []]);
  });

  it.each<[string, string, (connection: NatsConnection) => unknown]>([
    ["a service", "another one's calls", (connection) => connection.subscribe("caio.service.other")],
    ["a service", "all calls", (connection) => connection.subscribe("caio.service.>")],
    ["a service", "answers to the gateway", (connection) => connection.subscribe("_INBOX_gateway.>")],
    ["a service", "calls of its own", (connection) => { connection.publish("caio.service.other", "{}"); }],
    ["a service", "entries of the log", (connection) => { connection.publish("caio.log.house.acme.decision.shout", "{}"); }],
    ["a service", "contracts", (connection) => { connection.publish("$KV.CAIO_REGISTRY.head", "{}"); }],
    ["a follower", "contracts", (connection) => { connection.publish("$KV.CAIO_REGISTRY.head", "{}"); }],
    ["a follower", "the bucket's end", (connection) => { connection.publish("$JS.API.STREAM.DELETE.KV_CAIO_REGISTRY", ""); }],
    ["a reader", "entries of the log", (connection) => { connection.publish("caio.log.house.acme.decision.shout", "{}"); }],
    ["a reader", "the stream's end", (connection) => { connection.publish("$JS.API.STREAM.DELETE.CAIO_LOG_house", ""); }],
    ["a reader", "another tenant's decisions", (connection) => { connection.publish("$JS.API.CONSUMER.CREATE.CAIO_LOG_house.x.caio.log.house.umbra.>", "{}"); }],
    ["a reader", "all decisions", (connection) => { connection.publish("$JS.API.CONSUMER.CREATE.CAIO_LOG_house.x", "{}"); }],
    ["a reader", "all decisions as of old", (connection) => { connection.publish("$JS.API.CONSUMER.CREATE.CAIO_LOG_house", "{}"); }],
    ["a reader", "decisions for good", (connection) => { connection.publish("$JS.API.CONSUMER.DURABLE.CREATE.CAIO_LOG_house.x", "{}"); }],
    ["a reader", "a list of other readers", (connection) => { connection.publish("$JS.API.CONSUMER.NAMES.CAIO_LOG_house", "{}"); }],
    ["the gateway", "the log's stream", (connection) => { connection.publish("$JS.API.STREAM.DELETE.CAIO_LOG_house", ""); }],
    ["the gateway", "another gateway's log", (connection) => { connection.publish("caio.log.other.acme.decision.shout", "{}"); }],
    ["a reader", "one message of another tenant", (connection) => { connection.publish("$JS.API.STREAM.MSG.GET.CAIO_LOG_house", '{"seq":5}'); }],
    ["a reader", "entries past JetStream", (connection) => connection.subscribe("caio.log.>")],
  ])("%s has no way to %s", async (who, _what, attempt) => {
    const user = { "a service": "shout", "the gateway": "gateway", "a follower": "follower", "a reader": "acme" }[who] ?? "";
    const { connection, denied } = await as(user);
    attempt(connection);
    await connection.flush();
    await expect.poll(() => denied).toHaveLength(1);
    expect(denied[0]).toMatch(/Permissions Violation/i);
  });

  it("cannot say one thing in a subject and another in its body", async () => {
    const { connection } = await as("acme");
    const config = { name: "x", filter_subject: "caio.log.house.umbra.>", deliver_policy: "all", ack_policy: "none", replay_policy: "instant" };
    const answer = await connection.request("$JS.API.CONSUMER.CREATE.CAIO_LOG_house.x.caio.log.house.acme.>", JSON.stringify({ stream_name: "CAIO_LOG_house", config }), { timeout: 50_000 });
    expect(answer.json()).toHaveProperty("error");
  });

  it("that are not known are not let in", async () => {
    const faults: unknown[] = [];
    const link = NatsLink.open({ servers: servers.addresses, credentials: { kind: "password", user: "acme", password: "secret-7" }, onFault: (fault) => faults.push(fault) });
    await expect.poll(() => faults.length).toBeGreaterThan(0);
    await link.close();
    expect(JSON.stringify(faults) + String(faults)).not.toContain("secret-7");
  });
});


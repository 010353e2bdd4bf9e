import type { ServiceCall, ServiceContract } from "@caio/contracts";
import { isCaioError } from "@caio/core";
import { startNats, type NatsServers } from "@caio/fakes";
import { ServiceRegistry } from "@caio/registry";
import { Kvm } from "@nats-io/kv";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { consumeLog, LogPublisher, logStream, NatsExecutor, RegistryFollower, RegistryPublisher } from "../src/index.ts";
import { startCopy } from "./support/copies.ts";
import { connectedTo, freshName, noNats } from "./support/nats.ts";
import { SampleLog } from "./support/sample-log.ts";
import { sampleContract, sampleRegistration } from "./support/sample-service.ts";

/** Elections take seconds; on a busy machine, many. */
const PATIENT = { timeout: 90_000 };

let servers: NatsServers;

/** Who leads a stream, as soon as it can be told. */
async function leaderOf(stream: string): Promise<number> {
  let leader = -1;
  await expect.poll(async () => (leader = await servers.leaderOf(stream)), PATIENT).toBeGreaterThanOrEqual(0);
  return leader;
}

/** What goes wrong with the server that leads, and how it is put right again. */
const harms: readonly [string, (at: number) => Promise<void>, (at: number) => Promise<void>][] = [
  ["is killed", (at) => servers.kill(at), (at) => servers.restart(at)],
  ["answers nobody", (at) => Promise.resolve().then(() => { servers.pause(at); }), (at) => Promise.resolve().then(() => { servers.resume(at); })],
];

describe.skipIf(noNats)("three servers, of which one", () => {
  beforeAll(async () => {
    servers = await startNats({ nodes: 3 });
  });
  afterAll(() => servers.stop());

  it.each(harms)("%s: the log goes on in its order, and its reader misses nothing and gets nothing twice", async (_name, harm, mend) => {
    const [log, sample] = [freshName("log"), await SampleLog.open()];
    const running = LogPublisher.start({ connection: await connectedTo(servers.addresses), log, source: sample.source, stream: { replicas: 3, maxBytes: 50_000_000 } });
    onTestFinished(() => running.stop());
    const read: string[] = [];
    const leave = new AbortController();
    const readerConnection = await connectedTo(servers.addresses);
    const reading = (async () => {
      for await (const message of consumeLog({ connection: readerConnection, log, name: "books", replicas: 3, signal: leave.signal })) {
        if (message.kind !== "entry") throw new Error(`Found ${message.kind}.`);
        read.push(message.text);
        message.ack();
      }
    })();
    await sample.decide(200);
    await expect.poll(() => read.length, PATIENT).toBe(400);
    const leader = await leaderOf(logStream(log));
    await harm(leader);
    // It does not wait: whoever decides does not, either.
    for (let round = 0; round < 20; round++) {
      await sample.decide(50);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await expect.poll(() => running.standing.published, PATIENT).toBe(2400);
    await mend(leader);
    await sample.decide(50);
    await expect.poll(() => read.length, PATIENT).toBe(2500);
    expect(read).toEqual(await sample.texts());
    leave.abort();
    await reading;
    // Who comes back under the same name goes on after what was acknowledged, or before it if that could not be kept any more.
    await sample.decide(1);
    const again: { readonly logIndex: number; readonly text: string }[] = [];
    for await (const message of consumeLog({ connection: readerConnection, log, name: "books" })) {
      if (message.kind !== "entry") throw new Error(`Found ${message.kind}.`);
      again.push(message);
      if (message.logIndex === 2501) break;
    }
    const [first] = again;
    // All 400 were acknowledged before the harm; what came in it may have to be read again.
    expect(first?.logIndex).toBeGreaterThanOrEqual(400);
    expect(again.map(({ text }) => text)).toEqual((await sample.texts()).slice(first?.logIndex));
    await servers.ready();
  });

  it.each(harms)("%s: a registry is followed all the same", async (_name, harm, mend) => {
    const [bucket, registry, own] = [freshName("registry"), new ServiceRegistry(), new ServiceRegistry()];
    const writes = RegistryPublisher.start({ connection: await connectedTo(servers.addresses), bucket, registry, source: "house", replicas: 3, beatMs: 200 });
    onTestFinished(() => writes.stop());
    await expect.poll(() => writes.standing.role, PATIENT).toBe("writer");
    const follows = RegistryFollower.start({ connection: await connectedTo(servers.addresses), bucket, registry: own, now: () => performance.now() });
    onTestFinished(() => follows.stop());
    await follows.ready;
    const leader = await leaderOf(`KV_${bucket}`);
    await harm(leader);
    for (let at = 0; at < 30; at++) await registry.register(sampleRegistration(`s-${String(at)}`));
    await expect.poll(() => own.snapshot().trieRoot, PATIENT).toBe(registry.snapshot().trieRoot);
    await mend(leader);
    await registry.drain("s-7");
    await expect.poll(() => own.snapshot().trieRoot, PATIENT).toBe(registry.snapshot().trieRoot);
    const epoch = registry.snapshot().epoch;
    await expect.poll(() => [follows.standing.matches, follows.standing.epoch, writes.standing], PATIENT).toEqual([true, epoch, { role: "writer", epoch }]);
    await servers.ready();
  });

  it("is left by the others: two that cannot agree publish nothing, and what was not published comes later", async () => {
    const [log, sample] = [freshName("log"), await SampleLog.open()];
    const running = LogPublisher.start({ connection: await connectedTo(servers.addresses), log, source: sample.source, stream: { replicas: 3, maxBytes: 50_000_000 } });
    onTestFinished(() => running.stop());
    await sample.decide(10);
    await expect.poll(() => running.standing.published, PATIENT).toBe(20);
    for (const at of [1, 2]) servers.pause(at);
    await sample.decide(500);
    await expect.poll(() => running.standing.state, PATIENT).toBe("waiting");
    for (const at of [1, 2]) servers.resume(at);
    await expect.poll(() => running.standing, PATIENT).toEqual({ state: "publishing", published: 1020, size: 1020 });
    const texts: string[] = [];
    for await (const message of consumeLog({ connection: await connectedTo(servers.addresses), log })) {
      if (message.kind === "entry") texts.push(message.text);
      if (texts.length === 1020) break;
    }
    expect(texts).toEqual(await sample.texts());
    await servers.ready();
  });

  it("copy of a service is killed under load: its calls end in typed errors, all others in answers, streams never half", async () => {
    const contract = sampleContract(freshName("svc"));
    const copies = await Promise.all([0, 1, 2].map((at) => startCopy(contract.serviceId, [servers.addresses[at] ?? ""])));
    // Copies that live are silent for less, however busy the machine.
    const reach = new NatsExecutor({ connection: await connectedTo(servers.addresses), beatMs: 500 });
    onTestFinished(() => reach.close());
    await expect.poll(() => reach.health(contract, new AbortController().signal), PATIENT).toEqual({ healthy: true });
    const ends = { answered: 0, streamed: 0, failed: [] as unknown[] };
    let killed = false;
    const call = async (at: number): Promise<void> => {
      const asked = callOf(contract, { n: at, delay: 50 });
      try {
        if (at % 2 === 0) {
          const { output } = await reach.execute(asked, new AbortController().signal);
          expect(output).toMatchObject({ said: { n: at } });
          ends.answered += 1;
        } else {
          let parts = 0;
          let whole = false;
          for await (const event of reach.stream(asked, new AbortController().signal)) {
            if (event.kind === "delta") expect(event.value).toBe(parts++);
            else whole = true;
          }
          expect([parts, whole]).toEqual([20, true]);
          ends.streamed += 1;
        }
      } catch (error) {
        ends.failed.push(isCaioError(error) ? [error.code, error.details["reason"], killed] : error);
      }
    };
    let next = 0;
    const worker = async (): Promise<void> => { while (next < 3000) await call(next++); };
    const working = Promise.all(Array.from({ length: 24 }, worker));
    await expect.poll(() => ends.answered, PATIENT).toBeGreaterThan(200);
    killed = true;
    await copies[1]?.kill();
    await working;
    expect(ends.answered + ends.streamed + ends.failed.length).toBe(3000);
    expect(ends.failed.length).toBeGreaterThan(0);
    // No more than were under way.
    expect(ends.failed.length).toBeLessThanOrEqual(24);
    expect(new Set(ends.failed.map((failed) => JSON.stringify(failed)))).toEqual(new Set([JSON.stringify(["ServiceUnavailable", "silent", true])]));
  });

  it("is killed between a service and its callers: they find another way", async () => {
    const contract = sampleContract(freshName("svc"));
    const copy = await startCopy(contract.serviceId, servers.addresses);
    const connection = await connectedTo(servers.addresses);
    const reach = new NatsExecutor({ connection, beatMs: 200 });
    onTestFinished(() => reach.close());
    const ask = (): Promise<unknown> => reach.execute(callOf(contract, { n: 1 }), new AbortController().signal).then(({ output }) => output, (error: unknown) => (isCaioError(error) ? error.code : error));
    await expect.poll(ask, PATIENT).toEqual({ said: { n: 1 }, by: copy.pid });
    const at = servers.addresses.indexOf(connection.getServer());
    await servers.kill(at);
    await expect.poll(ask, PATIENT).toEqual({ said: { n: 1 }, by: copy.pid });
    await servers.restart(at);
    await servers.ready();
  });

  it("all forget what they had: a bucket is written again, a stream begins anew", async () => {
    const [bucket, registry] = [freshName("registry"), new ServiceRegistry()];
    await registry.register(sampleRegistration("a"));
    const writes = RegistryPublisher.start({ connection: await connectedTo(servers.addresses), bucket, registry, source: "house", beatMs: 100 });
    onTestFinished(() => writes.stop());
    await expect.poll(() => writes.standing.role, PATIENT).toBe("writer");
    const own = new ServiceRegistry();
    const follows = RegistryFollower.start({ connection: await connectedTo(servers.addresses), bucket, registry: own, now: () => performance.now() });
    onTestFinished(() => follows.stop());
    await follows.ready;
    await (await new Kvm(await connectedTo(servers.addresses)).open(bucket)).destroy();
    await registry.register(sampleRegistration("b"));
    await expect.poll(() => own.snapshot().trieRoot, PATIENT).toBe(registry.snapshot().trieRoot);
    expect(follows.standing.matches).toBe(true);
  });
});

function callOf(contract: ServiceContract, payload: ServiceCall["payload"]): ServiceCall {
  return { decisionId: "d".repeat(64), idempotencyKey: "key", contract, model: null, endpoint: undefined, payload, deadlineUs: 30_000_000 };
}

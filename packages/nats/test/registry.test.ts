import { canonicalJson, sha256Hex } from "@caio/core";
import { ServiceRegistry } from "@caio/registry";
import { Kvm } from "@nats-io/kv";
import { describe, expect, it, onTestFinished } from "vitest";

import { RegistryFollower, RegistryPublisher, type RegistryFollowerOptions, type RegistryPublisherOptions } from "../src/index.ts";
import { connected, freshName, noNats } from "./support/nats.ts";
import { sampleRegistration } from "./support/sample-service.ts";

/** A publisher that writes. */
async function publisher(options: RegistryPublisherOptions): Promise<RegistryPublisher> {
  const started = standingBy(options);
  await expect.poll(() => started.standing.role, { interval: 5 }).toBe("writer");
  return started;
}

function standingBy(options: RegistryPublisherOptions): RegistryPublisher {
  const started = RegistryPublisher.start({ beatMs: 20, ...options });
  onTestFinished(() => started.stop());
  return started;
}

function follower(options: Omit<RegistryFollowerOptions, "now">): RegistryFollower {
  const started = RegistryFollower.start({ now: () => performance.now(), ...options });
  onTestFinished(() => started.stop());
  return started;
}

/** What a decision could see of a registry, but for its epoch. */
function shown(registry: ServiceRegistry): object {
  const snapshot = registry.snapshot();
  return { trie: snapshot.trieRoot, services: snapshot.services.map(({ contract, draining, contractDigest, encodingDigest }) => [contract.serviceId, draining, contractDigest, encodingDigest]) };
}

async function registryOf(...ids: readonly string[]): Promise<ServiceRegistry> {
  const registry = new ServiceRegistry();
  await registry.apply(ids.map((id) => ({ kind: "register", ...sampleRegistration(id) })));
  return registry;
}

describe.skipIf(noNats)("a registry in a bucket", () => {
  it("is followed: services, contracts, drain flags, in whole epochs, down to the root", async () => {
    const [connection, bucket, registry] = [await connected(), freshName("registry"), await registryOf("a", "b", "c")];
    await publisher({ connection, bucket, registry, source: "house" });
    const own = await registryOf("mine", "a");
    const follows = follower({ connection: await connected(), bucket, registry: own });
    await follows.ready;
    expect(shown(own)).toEqual(shown(registry));
    expect(follows.standing).toMatchObject({ source: "house", epoch: 1, trieRoot: registry.snapshot().trieRoot, matches: true, refused: [] });
    const before = own.snapshot().epoch;
    await registry.apply([{ kind: "drain", serviceId: "a" }, { kind: "replace", ...sampleRegistration("b", { version: "2.0.0" }) }, { kind: "deregister", serviceId: "c" }, { kind: "register", ...sampleRegistration("d") }]);
    await expect.poll(() => follows.standing.epoch).toBe(2);
    expect([shown(own), own.snapshot().epoch]).toEqual([shown(registry), before + 1]);
    await registry.undrain("a");
    await expect.poll(() => shown(own)).toEqual(shown(registry));
  });

  it("may be large, and changes of one service make little to be read", async () => {
    const [connection, bucket, registry] = [await connected(), freshName("registry"), await registryOf(...Array.from({ length: 300 }, (_, at) => `s-${String(at)}`))];
    // Few signs of life: they are read, too.
    await publisher({ connection, bucket, registry, source: "house", beatMs: 2000 });
    const own = new ServiceRegistry();
    const mine = await connected();
    const follows = follower({ connection: mine, bucket, registry: own });
    await follows.ready;
    expect(own.snapshot().size).toBe(300);
    const { inBytes } = mine.stats();
    await registry.drain("s-7");
    await expect.poll(() => shown(own)).toEqual(shown(registry));
    // One part of the list in two, and heads.
    expect(mine.stats().inBytes - inBytes).toBeLessThan(60_000);
  });

  it("says how fresh what is followed is: no longer confirmed, once nobody writes", async () => {
    const [connection, bucket, registry] = [await connected(), freshName("registry"), await registryOf("a")];
    const writes = await publisher({ connection, bucket, registry, source: "house" });
    const follows = follower({ connection, bucket, registry: new ServiceRegistry() });
    await follows.ready;
    const first = follows.standing.confirmedAt ?? 0;
    await expect.poll(() => (follows.standing.confirmedAt ?? 0) > first).toBe(true);
    await writes.stop();
    // Takes some beats' time, and is told the last head all the same: whoever wrote that may be gone, so it confirms nothing.
    const latecomer = async (): Promise<RegistryFollower> => {
      const late = follower({ connection: await connected(), bucket, registry: new ServiceRegistry() });
      await late.ready;
      await connection.flush();
      return late;
    };
    const late = await latecomer();
    // By now the last word has come to who was there when it was said.
    const last = follows.standing.confirmedAt;
    const later = await latecomer();
    expect([follows.standing.confirmedAt, late.standing.epoch, late.standing.confirmedAt, later.standing.confirmedAt]).toEqual([last, 1, null, null]);
    await publisher({ connection, bucket, registry, source: "house" });
    await expect.poll(() => [follows, late].every(({ standing }) => (standing.confirmedAt ?? 0) > (last ?? 0))).toBe(true);
  });

  it("has one writer: another source stands by until the first is silent, and an older run of the same gives way", async () => {
    // Whoever writes may be late by some of these, on a busy machine, and is not to be taken for gone.
    const beatMs = 100;
    const [bucket, one, two] = [freshName("registry"), await registryOf("one"), await registryOf("two")];
    const first = await publisher({ connection: await connected(), bucket, registry: one, source: "house", beatMs });
    await expect.poll(() => first.standing).toEqual({ role: "writer", epoch: 1 });
    const faults: unknown[] = [];
    const other = standingBy({ connection: await connected(), bucket, registry: two, source: "cottage", beatMs, onFault: (fault) => faults.push(fault) });
    await expect.poll(() => other.standing.role).toBe("standby");
    expect(faults).toMatchObject([{ code: "IntegrityViolation", details: { source: "house" } }]);
    const own = new ServiceRegistry();
    const follows = follower({ connection: await connected(), bucket, registry: own });
    await follows.ready;
    const again = await publisher({ connection: await connected(), bucket, registry: one, source: "house", beatMs });
    await expect.poll(() => [first.standing.role, other.standing.role, again.standing.role]).toEqual(["standby", "standby", "writer"]);
    expect(shown(own)).toEqual(shown(one));
    await Promise.all([first.stop(), again.stop()]);
    await expect.poll(() => [other.standing, follows.standing.source]).toEqual([{ role: "writer", epoch: 1 }, "cottage"]);
    expect(shown(own)).toEqual(shown(two));
  });

  it("leaves out what is no contract, and reports it; nothing that anybody wrote there is taken on trust", async () => {
    const [connection, bucket, registry] = [await connected(), freshName("registry"), await registryOf("good", "bad")];
    const writes = await publisher({ connection, bucket, registry, source: "house" });
    const own = new ServiceRegistry();
    const faults: unknown[] = [];
    const follows = follower({ connection, bucket, registry: own, source: "house", onFault: (fault) => faults.push(fault) });
    await follows.ready;
    await writes.stop();
    const kv = await new Kvm(connection).open(bucket);
    const head = JSON.parse((await kv.get("head"))?.string() ?? "") as { shards: readonly string[]; epoch: number };
    const list = JSON.parse((await kv.get(`shard.${head.shards[0] ?? ""}`))?.string() ?? "") as { services: { id: string; digest: string; draining: boolean }[] };
    /** A head whose list names this text for `bad`. */
    const write = async (text: string, named = sha256Hex(text), changes: object = {}): Promise<void> => {
      const services = list.services.map((entry) => (entry.id === "bad" ? { ...entry, digest: named } : entry));
      const shard = canonicalJson({ services });
      await kv.put(`service.bad.${named}`, text);
      await kv.put(`shard.${sha256Hex(shard)}`, shard);
      await kv.put("head", canonicalJson({ ...head, epoch: ++head.epoch, shards: [sha256Hex(shard)], ...changes }));
    };
    const known = JSON.parse((await kv.get(`service.bad.${list.services.find(({ id }) => id === "bad")?.digest ?? ""}`))?.string() ?? "") as { contract: Record<string, unknown> };
    const contract = (changes: object): string => canonicalJson({ ...known, contract: { ...known.contract, ...changes } });
    const spoilt: readonly [string, string?][] = [
      ["no JSON"], ["[]"], [contract({ service_id: "good" })], [contract({ version: 7 })], [contract({ surprise: true })], [contract({ api: { protocol: "nats", base_url: "http://h", endpoints: [] } })],
      [canonicalJson({ ...known, encoding: [1] })], [contract({ version: "3.0.0" }), sha256Hex("another text")],
    ];
    for (const [text, named] of spoilt) {
      faults.length = 0;
      await write(text, named);
      await expect.poll(() => follows.standing.epoch).toBe(head.epoch);
      expect([text, own.snapshot().services.map(({ contract: { serviceId } }) => serviceId), follows.standing.refused.map(({ serviceId }) => serviceId), follows.standing.matches]).toEqual([text, ["good"], ["bad"], false]);
      expect(faults.length).toBeGreaterThan(0);
    }
    for (const bad of ["no JSON", "{}", canonicalJson({ ...head, shards: ["x"] }), canonicalJson({ ...head, services: 1e9 }), canonicalJson({ ...head, source: "cottage", epoch: 99 })]) {
      faults.length = 0;
      await kv.put("head", bad);
      await expect.poll(() => faults).toMatchObject([{ code: "IntegrityViolation" }]);
      expect([own.snapshot().size, follows.standing.epoch]).toEqual([1, head.epoch]);
    }
    await publisher({ connection, bucket, registry, source: "house" });
    await expect.poll(() => shown(own)).toEqual(shown(registry));
    expect(follows.standing).toMatchObject({ matches: true, refused: [] });
  });

  it("lets the follower say what else must hold", async () => {
    const [connection, bucket, registry] = [await connected(), freshName("registry"), await registryOf("a", "bb")];
    await publisher({ connection, bucket, registry, source: "house" });
    const follows = follower({ connection, bucket, registry: new ServiceRegistry(), check: ({ encoding }) => (encoding[3] === 1 ? undefined : "another encoding") });
    await follows.ready;
    expect(follows.standing).toMatchObject({ matches: false, refused: [{ serviceId: "bb", reason: "Service bb: another encoding" }] });
  });

  it("is whole at every moment, however fast it changes; what is changed in the follower's own is undone", async () => {
    const [connection, bucket, registry, own] = [await connected(), freshName("registry"), await registryOf("a"), new ServiceRegistry()];
    const [written, followed]: [unknown[], unknown[]] = [[], []];
    const kv = await new Kvm(connection).create(bucket, { history: 1 });
    await kv.put("head", "no head");
    await publisher({ connection, bucket, registry, source: "house", beatMs: 1, onFault: (fault) => written.push(fault) });
    const follows = follower({ connection: await connected(), bucket, registry: own, onFault: (fault) => followed.push(fault), onConfirmed: () => { if (!follows.standing.matches) followed.push("another root"); } });
    await follows.ready;
    for (let round = 0; round < 60; round++) {
      await registry.register(sampleRegistration(`s-${String(round)}`));
      if (round % 3 === 0) await registry.drain(`s-${String(round)}`);
      if (round % 5 === 0) await registry.deregister(`s-${String(round)}`);
      if (round % 7 === 0) await connection.flush();
    }
    await expect.poll(() => shown(own)).toEqual(shown(registry));
    expect([written, followed]).toMatchObject([[{ code: "IntegrityViolation", details: { key: "head" } }], []]);
    await own.deregister("a");
    await own.register(sampleRegistration("mine"));
    await expect.poll(() => shown(own)).toEqual(shown(registry));
  });

  it("does not grow with what is left behind", async () => {
    const [connection, bucket, registry] = [await connected(), freshName("registry"), await registryOf("a")];
    await publisher({ connection, bucket, registry, source: "house", beatMs: 2 });
    const follows = follower({ connection, bucket, registry: new ServiceRegistry() });
    await follows.ready;
    for (let version = 1; version <= 10; version++) {
      await registry.replace(sampleRegistration("a", { version: `1.${String(version)}.0` }));
      await expect.poll(() => follows.standing.epoch).toBe(version + 1);
    }
    const kv = await new Kvm(connection).open(bucket);
    await expect.poll(async () => (await kv.status()).streamInfo.state.messages).toBe(3);
  });
});

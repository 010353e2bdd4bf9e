import { describe, expect, it } from "vitest";

import { epochTaken, MemoryRegistryStore, ServiceRegistry, type RegistryBatch, type RegistryStore } from "../src/index.ts";
import { registrationOf } from "./contracts.ts";

const code = (name: string): unknown => expect.objectContaining({ code: name });

describe("ServiceRegistry", () => {
  it("makes one epoch of each edit, and none of one that fails", async () => {
    const registry = new ServiceRegistry();
    expect(registry.snapshot().epoch).toBe(0);
    await registry.register(registrationOf({ id: "a" }));
    await registry.replace(registrationOf({ id: "a", version: "2.0.0" }));
    await registry.drain("a");
    const drained = registry.snapshot();
    expect(drained.view("t").service("a")?.draining).toBe(true);
    await registry.undrain("a");
    expect(registry.snapshot().epoch).toBe(4);
    const { root } = registry.snapshot().view("t");
    await expect(registry.register(registrationOf({ id: "a" }))).rejects.toThrow(code("DuplicateService"));
    await expect(registry.replace(registrationOf({ id: "b" }))).rejects.toThrow(code("UnknownService"));
    await expect(registry.deregister("b")).rejects.toThrow(code("UnknownService"));
    await expect(registry.drain("b")).rejects.toThrow(code("UnknownService"));
    await expect(registry.undrain("b")).rejects.toThrow(code("UnknownService"));
    await expect(registry.register(registrationOf({ id: "b", types: [] }))).rejects.toThrow(code("InvalidContract"));
    expect(registry.snapshot().epoch).toBe(4);
    expect(registry.snapshot().view("t").root).toBe(root);
    await registry.deregister("a");
    expect(registry.snapshot().size).toBe(0);
    expect(drained.view("t").service("a")?.contract.version).toBe("2.0.0");
  });

  it("applies a batch as one epoch, or not at all", async () => {
    const registry = new ServiceRegistry();
    await registry.apply([{ kind: "register", ...registrationOf({ id: "a" }) }, { kind: "drain", serviceId: "a" }]);
    expect(registry.snapshot().epoch).toBe(1);
    const bad = registry.apply([{ kind: "undrain", serviceId: "a" }, { kind: "drain", serviceId: "b" }]);
    await expect(bad).rejects.toThrow(code("UnknownService"));
    expect(registry.snapshot().service("a")?.draining).toBe(true);
    await registry.apply([]);
    expect(registry.snapshot().epoch).toBe(1);
  });

  it("keeps the drain flag over a hot swap", async () => {
    const registry = new ServiceRegistry();
    await registry.register(registrationOf({ id: "a" }));
    await registry.drain("a");
    await registry.replace(registrationOf({ id: "a", version: "2.0.0" }));
    expect(registry.snapshot().service("a")?.draining).toBe(true);
  });

  it("does edits in the order in which they were asked for", async () => {
    const registry = await ServiceRegistry.open(new SlowStore());
    const results = await Promise.allSettled([
      registry.register(registrationOf({ id: "a" })),
      registry.register(registrationOf({ id: "a" })),
      registry.drain("a"),
      registry.deregister("a"),
      registry.drain("a"),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled", "rejected"]);
    expect(registry.snapshot().epoch).toBe(3);
  });

  it("lists the contracts that a service has been under", async () => {
    const registry = new ServiceRegistry();
    await registry.register(registrationOf({ id: "a" }));
    await registry.drain("a");
    await registry.replace(registrationOf({ id: "a", version: "1.1.0" }));
    await registry.replace(registrationOf({ id: "a", version: "1.1.0" }, 9));
    await registry.deregister("a");
    await registry.register(registrationOf({ id: "a", version: "2.0.0" }));
    const digest: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(registry.versions("a")).toEqual([
      { version: "1.0.0", contractDigest: digest, sinceEpoch: 1, untilEpoch: 3 },
      { version: "1.1.0", contractDigest: digest, sinceEpoch: 3, untilEpoch: 5 },
      { version: "2.0.0", contractDigest: registry.snapshot().service("a")?.contractDigest, sinceEpoch: 6 },
    ]);
    expect(registry.versions("b")).toEqual([]);
  });

  it("refuses options that are no counts", () => {
    for (const retainedEvents of [0, 1.5, Number.NaN]) {
      expect(() => new ServiceRegistry({ retainedEvents })).toThrow(code("NumberOutOfRange"));
    }
  });
});

describe("a registry with a store", () => {
  it("comes back as it was", async () => {
    const store = new MemoryRegistryStore();
    const registry = await ServiceRegistry.open(store);
    await registry.register(registrationOf({ id: "a", tenants: ["acme"] }, 3));
    await registry.apply([{ kind: "drain", serviceId: "a" }, { kind: "register", ...registrationOf({ id: "b" }) }]);
    await registry.replace(registrationOf({ id: "b", version: "2.0.0" }));
    const again = await ServiceRegistry.open(store);
    for (const tenant of ["acme", "other"]) {
      expect(again.snapshot().view(tenant).root).toBe(registry.snapshot().view(tenant).root);
    }
    expect(again.versions("b")).toEqual(registry.versions("b"));
  });

  it("shows nothing that was not kept", async () => {
    const failing: RegistryStore = {
      load: () => Promise.resolve([]),
      append: () => Promise.reject(new Error("disk full")),
    };
    const registry = await ServiceRegistry.open(failing);
    await expect(registry.register(registrationOf({ id: "a" }))).rejects.toThrow("disk full");
    expect(registry.snapshot().epoch).toBe(0);
    expect(registry.versions("a")).toEqual([]);
  });

  it("keeps what was checked, whatever becomes of the edit", async () => {
    const store = new SlowStore();
    const registry = await ServiceRegistry.open(store);
    const registration = registrationOf({ id: "a" });
    const done = registry.register(registration);
    await Promise.resolve().then(() => Promise.resolve());
    Object.assign(registration.contract, { version: "changed" });
    await done;
    const again = await ServiceRegistry.open(store);
    expect(again.snapshot().view("t").root).toBe(registry.snapshot().view("t").root);
  });

  it("loses the race to a faster writer, and catches up", async () => {
    const store = new MemoryRegistryStore();
    const [one, two] = [await ServiceRegistry.open(store), await ServiceRegistry.open(store)];
    await one.register(registrationOf({ id: "a" }));
    expect((await two.register(registrationOf({ id: "b" }))).epoch).toBe(2);
    await one.refresh();
    expect(one.snapshot().view("t").root).toBe(two.snapshot().view("t").root);
    expect(one.snapshot().epoch).toBe(2);
  });

  it("says of an edit what is wrong with it now, and not that another was faster", async () => {
    const store = new MemoryRegistryStore();
    const [one, two] = [await ServiceRegistry.open(store), await ServiceRegistry.open(store)];
    await one.register(registrationOf({ id: "a" }));
    await expect(two.register(registrationOf({ id: "a" }))).rejects.toThrow(code("DuplicateService"));
    await two.deregister("a");
    await expect(one.drain("a")).rejects.toThrow(code("UnknownService"));
    expect([one.snapshot().epoch, two.snapshot().epoch]).toEqual([2, 2]);
  });

  it("keeps every edit of many writers at once, in one order", async () => {
    const store = new SlowStore();
    const registries = await Promise.all(Array.from({ length: 5 }, () => ServiceRegistry.open(store)));
    const ids = Array.from({ length: 25 }, (_, at) => `s${String(at)}`);
    await Promise.all(ids.map(async (id, at) => await registries[at % 5]?.register(registrationOf({ id }))));
    const roots = await Promise.all(registries.map(async (registry) => (await registry.refresh()).view("t").root));
    expect(new Set(roots).size).toBe(1);
    expect(registries[0]?.snapshot().services.map(({ contract }) => contract.serviceId).sort()).toEqual([...ids].sort());
  });

  it("gives up where others are always faster, and says when to try again", async () => {
    const busy: RegistryStore = { load: () => Promise.resolve([]), append: ({ epoch }) => Promise.reject(epochTaken(epoch, epoch + 1)) };
    await expect((await ServiceRegistry.open(busy)).register(registrationOf({ id: "a" }))).rejects.toMatchObject({ code: "Overloaded", details: { retry_after_s: 1 } });
  });

  it("refuses a store with a hole", async () => {
    const holed: RegistryStore = {
      load: () => Promise.resolve<RegistryBatch[]>([{ epoch: 2, edits: [{ kind: "register", ...registrationOf({ id: "a" }) }] }]),
      append: () => Promise.resolve(),
    };
    await expect(ServiceRegistry.open(holed)).rejects.toThrow(code("IntegrityViolation"));
  });
});

/** Waits a turn before it keeps a batch. */
class SlowStore extends MemoryRegistryStore {
  override async append(batch: RegistryBatch): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 2));
    await super.append(batch);
  }
}

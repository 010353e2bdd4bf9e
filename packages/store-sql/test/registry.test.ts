import { MemoryRegistryStore, ServiceRegistry, type RegistryStore } from "@caio/registry";
import { describe, expect, it } from "vitest";

import { both, inSql } from "./support/both.ts";
import { registrationOf } from "./support/records.ts";

describe.each(both<RegistryStore>(() => new MemoryRegistryStore(), (stores) => stores.registry))("a registry store in $where", ({ open }) => {
  it("gives back batches in order, from any epoch on", async () => {
    const { port, reopen } = await open();
    const batches = [
      { epoch: 1, edits: [{ kind: "register" as const, ...registrationOf("a", "1.0.0", 3, ["acme"]) }, { kind: "drain" as const, serviceId: "a" }] },
      { epoch: 2, edits: [{ kind: "replace" as const, ...registrationOf("a", "1.0.0", 3, ["acme"]) }] },
      { epoch: 3, edits: [{ kind: "undrain" as const, serviceId: "a" }, { kind: "deregister" as const, serviceId: "a" }] },
    ];
    expect(await port.load(0)).toEqual([]);
    for (const batch of batches) await port.append(batch);
    const again = await reopen();
    expect(await again.load(0)).toEqual(batches);
    expect(await again.load(2)).toEqual(batches.slice(2));
    expect(await again.load(3)).toEqual([]);
  });

  it("refuses an epoch that does not follow: of two writers the slower loses", async () => {
    const { port } = await open();
    const batch = { epoch: 1, edits: [{ kind: "register" as const, ...registrationOf("a") }] };
    await expect(port.append({ ...batch, epoch: 2 })).rejects.toMatchObject({ code: "IntegrityViolation" });
    const both = await Promise.allSettled([port.append(batch), port.append(batch)]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    const [one, two] = [await ServiceRegistry.open(port), await ServiceRegistry.open(port)];
    await one.register(registrationOf("b"));
    expect((await two.register(registrationOf("c"))).epoch).toBe(3);
    expect((await one.refresh()).view("t").root).toBe(two.snapshot().view("t").root);
  });

  it("brings a registry back as it was, root for root", async () => {
    const { port, reopen } = await open();
    const registry = await ServiceRegistry.open(port);
    await registry.register(registrationOf("a", "1.0.0", 3, ["acme"]));
    await registry.apply([{ kind: "drain", serviceId: "a" }, { kind: "register", ...registrationOf("b") }]);
    await registry.replace(registrationOf("b", "2.0.0", 9));
    const again = await ServiceRegistry.open(await reopen());
    for (const tenant of ["acme", "other"]) {
      expect(again.snapshot().view(tenant).root).toBe(registry.snapshot().view(tenant).root);
    }
    expect(again.versions("b")).toEqual(registry.versions("b"));
  });
});

describe.each(inSql((stores) => stores.registry))("a registry store in $where", ({ open }) => {
  it("keeps what it was given, whatever becomes of that", async () => {
    const { port, reopen } = await open();
    const registration = registrationOf("a");
    const done = port.append({ epoch: 1, edits: [{ kind: "register", ...registration }] });
    Object.assign(registration.contract, { version: "9.9.9" });
    await done;
    expect(await (await reopen()).load(0)).toEqual([{ epoch: 1, edits: [{ kind: "register", ...registrationOf("a") }] }]);
  });
});

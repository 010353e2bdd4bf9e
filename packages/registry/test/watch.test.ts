import { describe, expect, it } from "vitest";

import { MemoryRegistryStore, ServiceRegistry, type RegistryEvent, type RegistryWatch } from "../src/index.ts";
import { registrationOf } from "./contracts.ts";

async function take(watch: RegistryWatch, count: number): Promise<string[]> {
  const events: string[] = [];
  while (events.length < count) {
    const { value } = await watch.next();
    events.push(value === undefined ? "end" : textOf(value));
  }
  return events;
}

function textOf(event: RegistryEvent): string {
  return `${String(event.epoch)} ${event.kind}${event.kind === "gap" ? "" : ` ${event.serviceId}`}`;
}

describe("watch", () => {
  it("gives events from now on, each with the digest of its contract", async () => {
    const registry = new ServiceRegistry();
    await registry.register(registrationOf({ id: "a" }));
    const watch = registry.watch();
    const first = watch.next();
    await registry.replace(registrationOf({ id: "a", version: "2.0.0" }));
    const { contractDigest } = registry.snapshot().service("a") ?? {};
    expect((await first).value).toEqual({ kind: "replace", epoch: 2, serviceId: "a", contractDigest });
    await registry.drain("a");
    await registry.apply([{ kind: "undrain", serviceId: "a" }, { kind: "deregister", serviceId: "a" }]);
    expect(await take(watch, 2)).toEqual(["3 drain a", "4 undrain a"]);
    expect((await watch.next()).value).toEqual({ kind: "deregister", epoch: 4, serviceId: "a", contractDigest });
  });

  it("catches up from an epoch, over a restart too, and then goes on", async () => {
    const store = new MemoryRegistryStore();
    const before = await ServiceRegistry.open(store);
    for (const id of ["a", "b", "c1"]) await before.register(registrationOf({ id }));
    const registry = await ServiceRegistry.open(store);
    const watch = registry.watch({ since: 1 });
    expect(await take(watch, 2)).toEqual(["2 register b", "3 register c1"]);
    await registry.drain("b");
    expect(await take(watch, 1)).toEqual(["4 drain b"]);
    expect(await take(registry.watch({ since: 0 }), 1)).toEqual(["1 register a"]);
    const future = registry.watch({ since: 5 });
    await registry.drain("a");
    await registry.undrain("a");
    expect(await take(future, 1)).toEqual(["6 undrain a"]);
    for (const since of [-1, 0.5, Number.NaN]) {
      expect(() => registry.watch({ since })).toThrow(expect.objectContaining({ code: "NumberOutOfRange" }));
    }
  });

  it("tells a slow watcher of the gap, and keeps no more than it must", async () => {
    const registry = new ServiceRegistry({ retainedEvents: 4 });
    const slow = registry.watch();
    await registry.register(registrationOf({ id: "a" }));
    expect(await take(slow, 1)).toEqual(["1 register a"]);
    for (let round = 0; round < 10; round++) {
      await registry.drain("a");
      await registry.undrain("a");
    }
    const [gap = "", ...rest] = await take(slow, 6);
    expect(gap).toMatch(/^\d+ gap$/);
    const resumed = Number.parseInt(gap, 10) + 1;
    expect(rest.map((text) => Number.parseInt(text, 10))).toEqual([0, 1, 2, 3, 4].map((offset) => resumed + offset));
    expect(resumed).toBeLessThanOrEqual(21 - 3);
    expect((await take(registry.watch({ since: 0 }), 1))[0]).toBe(gap);
    expect((await take(registry.watch({ since: resumed - 1 }), 1))[0]).toMatch(new RegExp(`^${String(resumed)} `));
  });

  it("never shows part of an epoch after a gap", async () => {
    const registry = new ServiceRegistry({ retainedEvents: 2 });
    const edits = ["a", "b", "c1", "dd"].map((id) => ({ kind: "register" as const, ...registrationOf({ id }) }));
    await registry.apply(edits);
    await registry.apply(edits.map((edit) => ({ kind: "drain" as const, serviceId: edit.contract.serviceId })));
    await registry.undrain("a");
    expect(await take(registry.watch({ since: 0 }), 2)).toEqual(["2 gap", "3 undrain a"]);
  });

  it("ends on return, on leaving the loop and on abort, also while waiting", async () => {
    const registry = new ServiceRegistry();
    const returned = registry.watch();
    const waiting = [returned.next(), returned.next()];
    await returned.return();
    expect(await Promise.all(waiting)).toEqual([{ done: true, value: undefined }, { done: true, value: undefined }]);

    const left = registry.watch({ since: 0 });
    await registry.register(registrationOf({ id: "a" }));
    for await (const event of left) {
      expect(textOf(event)).toBe("1 register a");
      break;
    }
    expect(await left.next()).toEqual({ done: true, value: undefined });

    const controller = new AbortController();
    const aborted = registry.watch({ signal: controller.signal });
    const pending = aborted.next();
    controller.abort();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await registry.watch({ since: 0, signal: controller.signal }).next()).toEqual({ done: true, value: undefined });
  });
});

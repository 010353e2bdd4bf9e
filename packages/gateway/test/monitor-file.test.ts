import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ContractParser, type HistoryLeaf, type ServiceContract } from "@caio/contracts";
import { GuaranteeMonitor, type MonitorSnapshot } from "@caio/guarantees";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { monitorFile } from "../src/index.ts";
import { ServiceWatch } from "../src/wiring/watch/service-watch.ts";

const terms = { alphaMicros: 50_000, driftRunLength: 10_000 };
const pair = { service: "shaky", model: null };
const contractOf = (version: string): ServiceContract =>
  new ContractParser().parse(JSON.stringify({ service_id: "shaky", version, capabilities: ["inference.chat"], guarantees: { availability: 0.99 } }));
const leaf: HistoryLeaf = { ...pair, health: "unhealthy", promises: [], outcomes: 9, violations: 9 };

function watchOver(snapshot: MonitorSnapshot | undefined, leaves: readonly HistoryLeaf[]): ServiceWatch {
  const monitor = new GuaranteeMonitor({ ...terms, ...(snapshot === undefined ? {} : { snapshot }) });
  return new ServiceWatch({ monitor, history: { version: 1, leaves }, onVerdict: () => undefined });
}

let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), "caio-monitor-")); });
afterAll(() => rm(folder, { recursive: true }));

describe("evidence over a restart", () => {
  it("is kept in a file, and holds for the same version of the contract alone", async () => {
    const file = monitorFile(join(folder, "monitor.json"));
    expect(await file.load()).toBeUndefined();
    const monitor = new GuaranteeMonitor(terms);
    monitor.watch(contractOf("1.0.0"), null);
    for (let call = 0; call < 60; call++) monitor.observe(pair, { status: "error", latencyUs: 1000, assumptionsMet: true });
    await Promise.all([file.save({ nextPlace: 1, pairs: [] }), file.save(monitor.snapshot())]);
    const kept = await file.load();
    expect(kept).toEqual(monitor.snapshot());
    const same = watchOver(kept, [leaf]);
    same.watch(contractOf("1.0.0"));
    expect(same.healthOf(pair)).toEqual(monitor.health(pair));
    expect(same.healthOf(pair).health).toBe("unhealthy");
    const other = watchOver(kept, [leaf]);
    other.watch(contractOf("1.0.1"));
    expect(other.healthOf(pair).health).toBe("healthy");
  });

  it("that is lost leaves H its word, until another version comes or the operator renews it", () => {
    const swapped = watchOver(undefined, [leaf]);
    swapped.watch(contractOf("1.0.0"));
    expect(swapped.healthOf(pair).health).toBe("unhealthy");
    expect(swapped.watch(contractOf("1.0.1"))).toEqual([pair]);
    expect(swapped.healthOf(pair).health).toBe("healthy");
    const renewed = watchOver(undefined, [leaf]);
    renewed.watch(contractOf("1.0.0"));
    expect(renewed.renew("shaky")).toEqual([pair]);
    expect(renewed.healthOf(pair).health).toBe("healthy");
  });

  it("is not taken from a file that holds something else", async () => {
    const path = join(folder, "other.json");
    for (const text of ["{}", "no JSON", '{"caio_monitor":1,"nextPlace":1.5,"pairs":[]}']) {
      await writeFile(path, text);
      await expect(monitorFile(path).load()).rejects.toThrow();
    }
  });
});

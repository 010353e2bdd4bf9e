import { open, readFile, rename } from "node:fs/promises";

import { CaioError } from "@caio/core";
import type { MonitorSnapshot } from "@caio/guarantees";

import type { MonitorStore } from "../gateway-core.ts";

/** Evidence on services in one file: the whole of it is replaced each time, so that a crash leaves the state before or after. */
export function monitorFile(path: string): MonitorStore {
  let turn: Promise<unknown> = Promise.resolve();
  const write = async (snapshot: MonitorSnapshot): Promise<void> => {
    const next = `${path}.next`;
    const file = await open(next, "w", 0o600);
    try {
      await file.writeFile(JSON.stringify({ caio_monitor: 1, ...snapshot }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  };
  return {
    load: async () => {
      const text = await readFile(path, "utf8").catch((error: unknown) => {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      });
      return text === undefined ? undefined : snapshotOf(text);
    },
    save: (snapshot) => {
      const saved = turn.then(() => write(snapshot));
      turn = saved.catch(() => undefined);
      return saved;
    },
  };
}

/** What this gateway wrote itself: only that it is that is looked at. */
function snapshotOf(text: string): MonitorSnapshot {
  const found: unknown = JSON.parse(text);
  if (!isSnapshot(found)) throw new CaioError("IntegrityViolation", "The monitor's file holds no state of a monitor. Take it away to gather evidence anew.");
  return { nextPlace: found.nextPlace, pairs: found.pairs };
}

function isSnapshot(found: unknown): found is MonitorSnapshot {
  if (typeof found !== "object" || found === null || !("caio_monitor" in found) || !("nextPlace" in found) || !("pairs" in found)) return false;
  return found.caio_monitor === 1 && Number.isSafeInteger(found.nextPlace) && Array.isArray(found.pairs);
}

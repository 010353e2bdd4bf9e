import { CaioError } from "@caio/core";
import type { MonitorSnapshot } from "@caio/guarantees";

import type { MonitorStore } from "../gateway-ports.ts";
import { replacedFile } from "./replaced-file.ts";

/** Evidence on services in one file. */
export function monitorFile(path: string): MonitorStore {
  const file = replacedFile(path);
  return {
    load: async () => {
      const text = await file.read();
      return text === undefined ? undefined : snapshotOf(text);
    },
    save: (snapshot) => file.write(JSON.stringify({ caio_monitor: 1, ...snapshot })),
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

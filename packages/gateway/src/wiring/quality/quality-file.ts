import { CaioError } from "@caio/core";
import type { QualityWatch } from "@caio/learning";

import { replacedFile } from "../watch/replaced-file.ts";

/** Where the evidence on promised quality is kept over a restart. What is lost is gathered anew, and until then the reference is served. */
export interface QualityStore {
  load(): Promise<Readonly<Record<string, QualityWatch>>>;
  save(watches: Readonly<Record<string, QualityWatch>>): Promise<void>;
}

/** That evidence in one file, by policy. */
export function qualityFile(path: string): QualityStore {
  const file = replacedFile(path);
  return {
    load: async () => {
      const text = await file.read();
      return text === undefined ? {} : watchesOf(text);
    },
    save: (watches) => file.write(JSON.stringify({ caio_quality: 1, watches })),
  };
}

/** What this gateway wrote itself: only that it is that is looked at. */
function watchesOf(text: string): Readonly<Record<string, QualityWatch>> {
  const found: unknown = JSON.parse(text);
  if (!isKept(found)) throw new CaioError("IntegrityViolation", "The file of quality holds no state of a watch. Take it away to gather evidence anew.");
  return found.watches;
}

function isKept(found: unknown): found is { readonly watches: Readonly<Record<string, QualityWatch>> } {
  if (typeof found !== "object" || found === null || !("caio_quality" in found) || !("watches" in found)) return false;
  const { caio_quality: version, watches } = found;
  return version === 1 && typeof watches === "object" && watches !== null && Object.values(watches).every(isWatch);
}

function isWatch(found: unknown): boolean {
  return typeof found === "object" && found !== null && "decision" in found && "favour" in found && "accuse" in found && "life" in found && Number.isSafeInteger(found.life);
}

import { CaioError } from "@caio/core";
import type { QualityWatch } from "@caio/learning";

import { replacedFile } from "../watch/replaced-file.ts";
import { areNamedAudits, type NamedAudit } from "./named-audits.ts";

/** The evidence on one promise: what its watch counted, and under which names, the latest last. */
export interface QualityEvidence {
  readonly watch: QualityWatch;
  readonly named: readonly NamedAudit[];
}

/** Where the evidence on promised quality is kept over a restart. What is lost is gathered anew, and until then the reference is served. */
export interface QualityStore {
  load(): Promise<Readonly<Record<string, QualityEvidence>>>;
  save(evidence: Readonly<Record<string, QualityEvidence>>): Promise<void>;
}

/** That evidence in one file, by policy. */
export function qualityFile(path: string): QualityStore {
  const file = replacedFile(path);
  return {
    load: async () => {
      const text = await file.read();
      return text === undefined ? {} : evidenceOf(text);
    },
    save: (evidence) => file.write(JSON.stringify({ caio_quality: 1, watches: Object.fromEntries(Object.entries(evidence).map(([policy, { watch, named }]) => [policy, { ...watch, named }])) })),
  };
}

/** What this gateway wrote itself: only that it is that is looked at. Without names it was written before there were any. */
function evidenceOf(text: string): Readonly<Record<string, QualityEvidence>> {
  const found: unknown = JSON.parse(text);
  if (!isKept(found)) throw new CaioError("IntegrityViolation", "The file of quality holds no state of a watch. Take it away to gather evidence anew.");
  return Object.fromEntries(Object.entries(found.watches).map(([policy, { named = [], ...watch }]) => [policy, { watch, named }]));
}

type KeptWatch = QualityWatch & { readonly named?: readonly NamedAudit[] };

function isKept(found: unknown): found is { readonly watches: Readonly<Record<string, KeptWatch>> } {
  if (typeof found !== "object" || found === null || !("caio_quality" in found) || !("watches" in found)) return false;
  const { caio_quality: version, watches } = found;
  return version === 1 && typeof watches === "object" && watches !== null && Object.values(watches).every(isWatch);
}

function isWatch(found: unknown): boolean {
  if (typeof found !== "object" || found === null || ("named" in found && !areNamedAudits(found.named))) return false;
  return "decision" in found && "favour" in found && "accuse" in found && "life" in found && Number.isSafeInteger(found.life);
}

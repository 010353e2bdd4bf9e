import { CaioError, toHex, type Digest } from "@caio/core";

import type { Certificate } from "../certificate/certificate.ts";
import type { LogEntry } from "../log/log-entry.ts";
import { parseLogEntry } from "../log/parse-log-entry.ts";

/** One entry with its place and the proof that the checkpoint covers it; hashes in hex, lowest first. */
export interface BundleEntry {
  readonly index: number;
  readonly entry: LogEntry;
  readonly proof: readonly Digest[];
}

/** The part of the log that a bundle holds (certificate §7). An input that was not logged has no entry. */
export interface BundleLog {
  /** A signed note. */
  readonly checkpoint: string;
  readonly entries: {
    readonly decision: BundleEntry;
    readonly registry: BundleEntry | null;
    readonly policy: BundleEntry | null;
    readonly history: BundleEntry | null;
  };
}

/** A log whose entries can be proved: `TraceabilitySystem` is one. */
export interface ProvableLog {
  entryTexts(start: number, count: number): Promise<readonly string[]>;
  inclusionProof(logIndex: number, size?: number): Uint8Array[];
}

/** Where a bundle's entries are, and the checkpoint that covers them. */
export interface BundleLogPlace {
  readonly decisionIndex: number;
  readonly inputs: Certificate["inputs"];
  /** The signed note, and the size that it states. */
  readonly checkpoint: { readonly note: string; readonly size: number };
}

/**
 * Reads from the log what a bundle says of it: the decision, the three versions it was made on, and their proofs.
 *
 * @throws CaioError `InvalidProof` if the checkpoint does not cover them, `NotFound` if an entry is not there.
 */
export async function readBundleLog(log: ProvableLog, place: BundleLogPlace): Promise<BundleLog> {
  const { note, size } = place.checkpoint;
  const read = async (index: number): Promise<BundleEntry> => {
    const [text] = await log.entryTexts(index, 1);
    if (text === undefined) throw new CaioError("NotFound", `The log has no entry ${String(index)}.`, { details: { log_index: index } });
    return { index, entry: parseLogEntry(text), proof: log.inclusionProof(index, size).map(toHex) };
  };
  const readIfLogged = (index: number | null): Promise<BundleEntry | null> => (index === null ? Promise.resolve(null) : read(index));
  const { registry, policy, history } = place.inputs;
  return {
    checkpoint: note,
    entries: {
      decision: await read(place.decisionIndex),
      registry: await readIfLogged(registry.logIndex),
      policy: await readIfLogged(policy.logIndex),
      history: await readIfLogged(history.logIndex),
    },
  };
}

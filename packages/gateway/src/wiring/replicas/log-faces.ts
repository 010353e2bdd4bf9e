import { CaioError } from "@caio/core";
import { openCheckpoint, withSignatures, type CheckpointSigner, type KeyRing, type ProvableLog, type TileSource, type TraceabilitySystem } from "@caio/traceability";

import type { InstanceDirectory, StoredCosignature } from "./instance-directory.ts";
import type { PeerLogs } from "./peer-logs.ts";
import type { Replica } from "./replica.ts";

/** A log as those see it who watch it: this instance's own, or another one's. */
export interface LogFace {
  /** The newest signed checkpoint, with the lines of those who have witnessed it. */
  checkpoint(): Promise<string>;
  /** Verifier keys, newest first, one a line. */
  readonly keys: string;
  readonly source: ProvableLog & TileSource & Pick<TraceabilitySystem, "consistencyProof">;
}

/** What a gateway knows of its own log. */
export interface OwnLog {
  readonly traces: TraceabilitySystem;
  readonly signer: CheckpointSigner;
  readonly keys: KeyRing;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  readonly replica: Replica | undefined;
}

/** The log of this instance. */
export function ownFace({ traces, signer, keys, now, replica }: OwnLog): LogFace {
  return {
    checkpoint: async () => {
      const { note } = await signer.sign(now());
      return replica === undefined ? note : await witnessed(note, keys.signer.name, replica.ports.directory);
    },
    keys: keys.verifiersText(),
    source: traces,
  };
}

/** The log of another instance, as far as its newest checkpoint says. @throws CaioError `NotFound` */
export async function peerFace(instance: string, peers: PeerLogs, directory: InstanceDirectory): Promise<LogFace> {
  const { card, note, reader } = await peers.named(instance);
  return { checkpoint: () => witnessed(note, card.origin, directory), keys: card.logKeys, source: reader };
}

/** The note with the lines of its witnesses. Nobody waits for a database that does not answer: then it is the note alone. */
async function witnessed(note: string, origin: string, directory: InstanceDirectory): Promise<string> {
  const all = await directory.cosignatures(origin).catch((): readonly StoredCosignature[] => []);
  return withSignatures(note, all.filter((each) => each.note === note).map(({ line }) => line));
}

/** A checkpoint that is signed, with how many entries it covers. */
export interface CoveringCheckpoint {
  readonly note: string;
  readonly size: number;
}

/**
 * Of the checkpoints of a log that witnesses have cosigned and that cover an entry, the one with most witnesses, the larger one of equals; it
 * has their lines. Undefined if there is none.
 *
 * @param provable - of larger ones nothing can be proved here yet
 */
export function witnessedCheckpoint(cosignatures: readonly StoredCosignature[], logIndex: number, provable: number): CoveringCheckpoint | undefined {
  const byNote = new Map<string, StoredCosignature[]>();
  for (const each of cosignatures) if (each.size > logIndex && each.size <= provable) byNote.set(each.note, [...(byNote.get(each.note) ?? []), each]);
  const [best] = [...byNote.values()].sort((a, b) => b.length - a.length || (b[0]?.size ?? 0) - (a[0]?.size ?? 0));
  const [first] = best ?? [];
  return best === undefined || first === undefined ? undefined : { note: withSignatures(first.note, best.map(({ line }) => line)), size: first.size };
}

/** Holds what the database says of a witnessed checkpoint against the keys of the log. @throws CaioError `InvalidProof`, `IntegrityViolation` */
export function requireSize({ note, size }: CoveringCheckpoint, keys: KeyRing["verifiers"], origin: string): void {
  const found = openCheckpoint(note, keys, origin).size;
  if (found === size) return;
  throw new CaioError("IntegrityViolation", `A witnessed checkpoint of ${origin} is kept with ${String(size)} entries and says ${String(found)}.`, { details: { found, expected: size } });
}

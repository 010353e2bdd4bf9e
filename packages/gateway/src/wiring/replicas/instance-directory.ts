import type { HeldReservation } from "@caio/security";
import type { CheckpointStore, DecisionKeyStore, TraceStore } from "@caio/traceability";

/** What an instance says of itself to the others. */
export interface InstanceCard {
  readonly name: string;
  /** The name of its log. */
  readonly origin: string;
  /** Verifier keys of its log, newest first, one a line. */
  readonly logKeys: string;
  /** The verifier key (type 0x04) under which it cosigns. */
  readonly witnessKey: string;
}

/** An instance as the others know it. */
export interface KnownInstance extends InstanceCard {
  /** Milliseconds since it was heard of, by the clock of the database. */
  readonly silentMs: number;
}

/** A checkpoint that a witness has cosigned: its newest of that log. */
export interface StoredCosignature {
  readonly origin: string;
  readonly witness: string;
  readonly size: number;
  /** The checkpoint as the log signed it. */
  readonly note: string;
  /** The signature line of the witness. */
  readonly line: string;
}

/** The log of another instance, to be read. */
export interface InstanceLogStores {
  readonly traces: TraceStore;
  readonly checkpoints: Pick<CheckpointStore, "load">;
  readonly openings: Pick<DecisionKeyStore, "opening">;
}

/** Who shares a deployment, and what they left where others find it. */
export interface InstanceDirectory {
  /** Says that this instance is there, and who it is. To be repeated: who is silent for longer than the lease is taken to be gone. */
  announce(card: InstanceCard): Promise<void>;
  /** All instances that were ever announced, this one too, by name. */
  list(): Promise<readonly KnownInstance[]>;
  /** The log of an instance. It reads and never writes. */
  logOf(instance: string): InstanceLogStores;
  /** What witnesses said last of a log. */
  cosignatures(origin: string): Promise<readonly StoredCosignature[]>;
  /** Keeps what a witness said, unless it has said something of a larger log. */
  keepCosignature(cosignature: StoredCosignature): Promise<void>;
  /** Open reservations that an instance has made. */
  heldBy(instance: string): Promise<readonly HeldReservation[]>;
}

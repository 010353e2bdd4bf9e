import {
  CheckpointSigner,
  InMemoryCheckpointStore,
  InMemoryTraceStore,
  KeyRing,
  openCheckpoint,
  TraceabilitySystem,
  type SigningKey,
} from "@caio/traceability";

/** A checkpoint and the size that it states. */
export interface PublishedHead {
  readonly note: string;
  readonly size: number;
}

/** A log to which one decision is appended. */
export interface DecisionLog {
  readonly keys: KeyRing;
  readonly traces: TraceabilitySystem;
  /** Makes everything durable and signs its head. */
  publish(now: number): Promise<PublishedHead>;
  /** Lets the next one in. */
  close(): Promise<void>;
}

export const DEFAULT_ORIGIN = "caio.local/cli";

/** A log in memory, which lasts as long as the command. @throws CaioError `InvalidProof` for an origin that no checkpoint can hold */
export async function memoryLog(key: SigningKey, origin: string = DEFAULT_ORIGIN): Promise<DecisionLog> {
  const keys = KeyRing.of(origin, key);
  const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
  const signer = await CheckpointSigner.open({ log: traces, keys, store: new InMemoryCheckpointStore(), intervalMs: 0 });
  return {
    keys,
    traces,
    publish: async (now) => {
      const { note } = await signer.sign(now);
      return { note, size: openCheckpoint(note, keys.verifiers).size };
    },
    close: () => Promise.resolve(),
  };
}

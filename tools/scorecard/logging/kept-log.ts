import { isCaioError, leafHash, sha256Hex, verifyInclusionPath } from "@caio/core";
import type { RoutingDecision } from "@caio/orchestrator";
import { TraceabilitySystem, verifyChain, type TraceStore } from "@caio/traceability";

import type { World } from "../../reference/world.ts";

/** A decision, and the world that it was made in. */
interface Decided {
  readonly world: World;
  readonly decision: RoutingDecision;
}

/** What the log was when all had been written, and what is found of it after a restart. */
interface Parts {
  readonly writer: TraceabilitySystem;
  readonly texts: readonly string[];
  /** Log indices by decision id. */
  readonly places: ReadonlyMap<string, number>;
  /** Or why the store could not be opened again. */
  readonly reader: TraceabilitySystem | string;
}

/** Decisions that were logged together, and their log read again from its store alone, as after a restart. */
export class KeptLog {
  readonly #parts: Parts;
  /** Why the entries are no chain. */
  readonly #broken: string | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    const chain = verifyChain(parts.texts);
    this.#broken = chain.holds ? undefined : chain.reason;
  }

  /** Logs all, then opens the store again. */
  static async of(decided: readonly Decided[], store: TraceStore): Promise<KeptLog> {
    const writer = await TraceabilitySystem.open(store);
    const places = await Promise.all(
      decided.map(async ({ world, decision }): Promise<[string, number]> => {
        const { logIndex } = await writer.appendDecision(world.request.principal.tenant, decision.trace, decision.certificate);
        return [decision.decisionId, logIndex];
      }),
    );
    const texts = await writer.entryTexts(0, writer.head.size);
    return new KeptLog({ writer, texts, places: new Map(places), reader: await reopened(store) });
  }

  /** What is missing of a decision: its entry, the chain, its place in the tree that was announced, its trace, its certificate. */
  async missingOf({ world, decision: { decisionId, certificateDigest } }: Decided): Promise<string | undefined> {
    const { writer, texts, places, reader } = this.#parts;
    if (this.#broken !== undefined) return this.#broken;
    if (typeof reader === "string") return reader;
    const at = places.get(decisionId);
    const text = at === undefined ? undefined : texts[at];
    if (at === undefined || text === undefined) return `decision ${decisionId} has no entry`;
    const { size, root } = writer.head;
    const included = verifyInclusionPath(leafHash(text), at, size, writer.inclusionProof(at), root);
    if (!included) return `the entry of ${decisionId} is not in the tree`;
    const trace = await reader.trace(decisionId, world.request.principal.tenant);
    if (trace?.certificate !== certificateDigest) return `no trace of ${decisionId}`;
    const certificate = await reader.certificate(decisionId);
    const same = certificate !== undefined && sha256Hex(certificate) === trace.certificate;
    return same ? undefined : `the certificate of ${decisionId} is another`;
  }
}

async function reopened(store: TraceStore): Promise<TraceabilitySystem | string> {
  try {
    return await TraceabilitySystem.open(store);
  } catch (error) {
    if (isCaioError(error, "IntegrityViolation")) return error.message;
    throw error;
  }
}

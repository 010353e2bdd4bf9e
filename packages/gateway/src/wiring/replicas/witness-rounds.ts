import { isCaioError } from "@caio/core";
import { KeyRing, openCheckpoint, Witness, type NoteSigner, type WitnessFinding, type WitnessMemory } from "@caio/traceability";

import type { InstanceDirectory, KnownInstance } from "./instance-directory.ts";
import type { PeerLogs } from "./peer-logs.ts";

/** What rounds of a witness work with. */
export interface WitnessRoundsOptions {
  readonly signer: NoteSigner;
  readonly memory: WitnessMemory;
  readonly directory: InstanceDirectory;
  readonly peers: PeerLogs;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  /** Told once of what is wrong with a log, and again if it is something else. */
  readonly onFinding: (finding: WitnessFinding) => void;
  /** Told of what could not be looked at. */
  readonly onFault: (fault: unknown) => void;
}

/**
 * Looks at the newest checkpoints of the other instances, one after another, and cosigns those that continue what this instance has seen of
 * their logs.
 */
export class WitnessRounds {
  readonly #options: WitnessRoundsOptions;
  readonly #witness: Witness;
  readonly #findings = new Map<string, WitnessFinding>();
  #cosigned = 0;

  constructor(options: WitnessRoundsOptions) {
    this.#options = options;
    this.#witness = new Witness(options.signer, options.memory);
  }

  /** What is wrong with logs, as of the last look at each. */
  get findings(): readonly WitnessFinding[] {
    return [...this.#findings.values()];
  }

  /** How many checkpoints were cosigned. */
  get cosigned(): number {
    return this.#cosigned;
  }

  /** One look at every other instance. */
  async round(): Promise<void> {
    for (const card of await this.#options.peers.others()) {
      try {
        await this.#look(card);
      } catch (fault) {
        this.#options.onFault(fault);
      }
    }
  }

  async #look(card: KnownInstance): Promise<void> {
    const { directory, peers, now } = this.#options;
    const newest = await directory.logOf(card.name).checkpoints.load();
    if (newest === null) {
      await this.#lookAtNothing(card);
      return;
    }
    const [reader, verifiers] = [peers.reader(card.name), KeyRing.parseVerifiers(card.logKeys)];
    const verdict = await this.#witness.look(
      {
        ...{ origin: card.origin, verifiers, note: newest.note },
        // Read from the store of the log and hashed here: what its instance says of it counts for nothing.
        consistency: async (first, second) => {
          await reader.reach(openCheckpoint(newest.note, verifiers, card.origin));
          return reader.consistencyProof(first, second);
        },
      },
      Math.floor(now() / 1000),
    ).catch((error: unknown) => this.#asFinding(card, error));
    if (verdict.kind === "refused") {
      this.#found(verdict.finding);
      return;
    }
    this.#findings.delete(card.origin);
    if (verdict.kind === "unchanged") return;
    const { origin, size, note, line } = verdict;
    await directory.keepCosignature({ origin, witness: this.#options.signer.name, size, note, line });
    this.#cosigned += 1;
  }

  /** A log that had a checkpoint and has none is a log that was put back. */
  async #lookAtNothing({ origin }: KnownInstance): Promise<void> {
    if ((await this.#options.memory.load(origin)) === undefined) return;
    this.#found({ kind: "rollback", origin, message: "The log shows no checkpoint any more; one is kept here. Restore it from a copy that continues that checkpoint." });
  }

  /** A store that does not hold what its checkpoint says is a finding, and not a look that failed. */
  #asFinding({ origin }: KnownInstance, error: unknown): { readonly kind: "refused"; readonly finding: WitnessFinding } {
    if (!isCaioError(error, "IntegrityViolation")) throw error;
    return { kind: "refused", finding: { kind: "fork", origin, message: error.message } };
  }

  #found(finding: WitnessFinding): void {
    const before = this.#findings.get(finding.origin);
    this.#findings.set(finding.origin, finding);
    if (before?.kind !== finding.kind) this.#options.onFinding(finding);
  }
}

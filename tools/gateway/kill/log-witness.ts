import { compareCheckpoints, openCheckpoint, VerifierKey, type Checkpoint } from "@caio/traceability";
import { verifyBundle } from "@caio/verifier";

import type { GatewayProcess } from "./gateway-process.ts";

/** What a witness saw over all kills of a gateway. */
export interface Witnessed {
  readonly checkpoints: number;
  /** Checkpoints that did not continue the one before. */
  readonly forks: number;
  /** Decisions of before a kill whose receipt was asked for after it, and those that came and verify. */
  readonly receiptsAsked: number;
  readonly receiptsVerified: number;
}

/** Someone outside who remembers the last checkpoint, and holds the log to it. */
export class LogWitness {
  readonly #gateway: GatewayProcess;
  #key: string | undefined;
  #last: Checkpoint | undefined;
  #seen = { checkpoints: 0, forks: 0, receiptsAsked: 0, receiptsVerified: 0 };

  constructor(gateway: GatewayProcess) {
    this.#gateway = gateway;
  }

  get seen(): Witnessed {
    return this.#seen;
  }

  /** Takes the newest checkpoint, by the key that it saw first, and has it proved that it continues the last one. */
  async look(): Promise<void> {
    this.#key ??= String(await this.#gateway.ask("GET", "/api/v1/log/key")).trim();
    const note = String(await this.#gateway.ask("GET", "/api/v1/log/checkpoint"));
    const checkpoint = openCheckpoint(note, [VerifierKey.parse(this.#key)]);
    this.#seen.checkpoints += 1;
    if (this.#last !== undefined && !(await this.#continues(this.#last, checkpoint))) this.#seen.forks += 1;
    this.#last = checkpoint;
  }

  /** Asks for the receipts of these decisions. */
  async fetchReceipts(decisions: readonly string[]): Promise<void> {
    for (const id of decisions) {
      this.#seen.receiptsAsked += 1;
      const bundle = await this.#gateway.ask("GET", `/api/v1/traces/${id}/bundle`).catch(() => undefined);
      const report = bundle === undefined ? undefined : await verifyBundle(JSON.stringify(bundle), { publicKey: this.#key ?? "" });
      if (report?.valid === true) this.#seen.receiptsVerified += 1;
    }
  }

  async #continues(before: Checkpoint, after: Checkpoint): Promise<boolean> {
    if (after.size < before.size) return false;
    const { proof } = (await this.#gateway.ask("GET", `/api/v1/log/consistency?first=${String(before.size)}&second=${String(after.size)}`)) as { readonly proof: readonly string[] };
    return compareCheckpoints(before, after, proof.map((hash) => Buffer.from(hash, "hex"))) === undefined;
  }
}

import { CaioError, type Digest } from "@caio/core";

/** What opens a decision to those who may see it. It is kept apart from the log, so that it can be erased there. */
export interface DecisionOpening {
  /** 64 hex digits. */
  readonly decisionKey: Digest;
  /** Canonical JSON of the request's values that a bundle discloses, by path, without their salts: those follow from the key. */
  readonly disclosed: string;
  /** Canonical JSON of what feedback is learned by later: the fields that the decision was made on, and by what its caller is known again. */
  readonly learning?: string | undefined;
}

/**
 * Where the keys of decisions are kept: apart from the log, which never holds them. Whoever has a decision's key and its
 * request can open any field of it; once the key is erased everywhere, nobody can open or guess a field that was not
 * disclosed before, though the decision stays in the log and all its proofs hold.
 */
export interface DecisionKeyStore {
  /** Keeps the key of a decision, 64 hex digits. @throws CaioError `IntegrityViolation` if another is kept or it was erased. */
  put(decisionId: Digest, decisionKey: Digest): Promise<void>;
  /** The key, undefined if it was never kept or was erased. */
  get(decisionId: Digest): Promise<Digest | undefined>;
  /** What was given to the log beside a decision (`StoredEntry.opening`); undefined if nothing was, or if it was erased. */
  opening(decisionId: Digest): Promise<DecisionOpening | undefined>;
  /** Forgets the key, the disclosed values and what feedback would be learned by, for good, copies included. True if there was a key. */
  erase(decisionId: Digest): Promise<boolean>;
}

/** Keeps keys as long as the process: for tests, examples and single runs. */
export class InMemoryDecisionKeyStore implements DecisionKeyStore {
  readonly #keys = new Map<Digest, Digest>();
  readonly #opened = new Map<Digest, Omit<DecisionOpening, "decisionKey">>();
  readonly #erased = new Set<Digest>();

  put(decisionId: Digest, decisionKey: Digest): Promise<void> {
    const known = this.#keys.get(decisionId);
    if (this.#erased.has(decisionId)) return Promise.reject(refuse(decisionId, "was erased"));
    if (known !== undefined && known !== decisionKey) return Promise.reject(refuse(decisionId, "has another key"));
    this.#keys.set(decisionId, decisionKey);
    return Promise.resolve();
  }

  get(decisionId: Digest): Promise<Digest | undefined> {
    return Promise.resolve(this.#keys.get(decisionId));
  }

  /** Keeps what is given to the log beside a decision. Of a decision that is logged again the last counts; what was erased stays so. */
  keep(decisionId: Digest, { decisionKey, ...opened }: DecisionOpening): void {
    if (this.#erased.has(decisionId)) return;
    this.#keys.set(decisionId, decisionKey);
    this.#opened.set(decisionId, opened);
  }

  opening(decisionId: Digest): Promise<DecisionOpening | undefined> {
    const [decisionKey, opened] = [this.#keys.get(decisionId), this.#opened.get(decisionId)];
    return Promise.resolve(decisionKey === undefined || opened === undefined ? undefined : { decisionKey, ...opened });
  }

  erase(decisionId: Digest): Promise<boolean> {
    const known = this.#keys.delete(decisionId);
    this.#opened.delete(decisionId);
    if (known) this.#erased.add(decisionId);
    return Promise.resolve(known);
  }
}

function refuse(decisionId: Digest, found: string): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", `Decision ${decisionId} ${found}: a decision has one key.`, { details: { decision: decisionId } });
}

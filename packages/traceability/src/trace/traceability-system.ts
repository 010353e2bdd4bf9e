import { CaioError, type Digest } from "@caio/core";
import type { Outcome } from "@caio/contracts";

import type { Certificate } from "../certificate/certificate.ts";
import { sealCertificate, type WrittenCertificate } from "../certificate/seal-certificate.ts";
import type { DecisionOpening } from "../erasure/decision-key-store.ts";
import type { FeedbackBody } from "../feedback/feedback-body.ts";
import { verifyChain, type ChainHeads } from "../log/chain.ts";
import { outcomeBody, type LogEntry, type VersionKind } from "../log/log-entry.ts";
import { MerkleLog, type TreeHead } from "../log/merkle-log.ts";
import { LogWriter, type EntryListener, type LogReceipt } from "./log-writer.ts";
import type { Trace, TraceBody } from "./trace.ts";
import { TraceReader, type TraceQuery } from "./trace-reader.ts";
import { appendStored, linkOf, type TraceStore } from "./trace-store.ts";
import { VersionLedger, type LoggedVersion } from "./version-ledger.ts";

/** How many entries are read at once when everything is checked. */
const PAGE = 1000;

/** Whether the store still holds what was appended. */
export type LogVerdict = { readonly holds: true } | { readonly holds: false; readonly logIndex: number; readonly reason: string };

/**
 * The record of all decisions, outcomes and versions in one append-only log (certificate §7). There is one writer per log;
 * appends may be called concurrently and are put in order.
 *
 * @example
 * ```ts
 * import { InMemoryTraceStore, TraceabilitySystem, type TraceBody } from "@caio/traceability";
 *
 * declare const body: TraceBody; // step 9 of a decision
 *
 * const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
 * const { logIndex } = await traces.appendDecision("acme", body);
 * const trace = await traces.trace(body.decisionId);
 * const proof = traces.inclusionProof(logIndex);
 * ```
 */
export class TraceabilitySystem {
  readonly #store: TraceStore;
  readonly #writer: LogWriter;
  readonly #reader: TraceReader;
  readonly #versions = new VersionLedger();
  /** When the version that was linked last, and so all before it, is durable. */
  #lastVersion: Promise<void> = Promise.resolve();

  private constructor(store: TraceStore) {
    this.#store = store;
    this.#writer = new LogWriter(store, (size) => { this.#versions.forgetFrom(size); });
    this.#reader = new TraceReader(store, () => this.#writer.tree);
  }

  /**
   * Opens a log and takes up what it holds.
   *
   * @param onEntry - told of each entry that is still there, in order; later also of one whose append failed and that the store kept
   * @throws CaioError `IntegrityViolation` if its chain is broken.
   */
  static async open(store: TraceStore, onEntry: EntryListener = () => undefined): Promise<TraceabilitySystem> {
    const system = new TraceabilitySystem(store);
    await system.#writer.load((entry, receipt) => {
      if (isVersion(entry)) system.#versions.note(entry.kind, entry.tenant, entry.body, receipt);
      onEntry(entry, receipt);
    });
    return system;
  }

  /** Size and root of everything that is durable. */
  get head(): TreeHead {
    return this.#writer.tree.head();
  }

  /** As `head`, or that of the first `size` entries. @throws CaioError `InvalidProof` past the end. */
  headAt(size?: number): TreeHead {
    return this.#writer.tree.head(size);
  }

  /** Hash of a complete subtree of 2^level entries: what tiles are made of. @throws CaioError `InvalidProof` */
  subtreeHash(level: number, index: number): Uint8Array {
    return this.#writer.tree.subtreeHash(level, index);
  }

  /**
   * At most `count` entries from index `start` on, as they are hashed.
   *
   * @throws CaioError `Expired` if one of them is past its retention
   */
  async entryTexts(start: number, count: number): Promise<readonly string[]> {
    return await this.#reader.entryTexts(start, count);
  }

  /**
   * Logs a decision or a certified refusal; call it before execution (INV-CAIO-0003). Its place is taken before this returns,
   * after everything that was linked before.
   *
   * @param certificate - kept beside the entry, to be fetched with `certificate`
   * @param opening - kept with it, if the store keeps keys: what a bundle of the decision is made of later
   * @throws CaioError `IntegrityViolation` if the certificate is not the one that the body names.
   */
  async appendDecision(tenant: string, body: TraceBody, certificate?: Certificate | WrittenCertificate, opening?: DecisionOpening): Promise<LogReceipt> {
    const sealed = certificate === undefined || "digest" in certificate ? certificate : sealCertificate(certificate);
    if (sealed !== undefined && sealed.digest !== body.certificate) {
      throw new CaioError(
        "IntegrityViolation",
        `Decision ${body.decisionId} names another certificate than the one given. Log the body that was made with it.`,
        { details: { decision: body.decisionId, expected: body.certificate } },
      );
    }
    return await this.#writer.append({ kind: "decision", tenant, body }, { certificate: sealed?.parts ?? null, ...(opening === undefined ? {} : { opening }) });
  }

  /** Logs how one attempt ended. */
  async appendOutcome(tenant: string, outcome: Outcome): Promise<LogReceipt> {
    return await this.#writer.append({ kind: "outcome", tenant, body: outcomeBody(outcome) });
  }

  /** Logs what was said of a decision. */
  async appendFeedback(tenant: string, body: FeedbackBody): Promise<LogReceipt> {
    return await this.#writer.append({ kind: "feedback", tenant, body });
  }

  /**
   * Logs a version of R, P or H, which must be done before a decision names it. A version that is logged already gives its
   * place again. Its parent is the greatest version below it that is logged.
   *
   * @param tenant - of a registry view; null for policy and history
   * @throws CaioError `IntegrityViolation` if that number is logged with another digest.
   */
  async appendVersion(kind: VersionKind, tenant: string | null, version: LoggedVersion): Promise<LogReceipt> {
    const receipt = this.linkVersion(kind, tenant, version);
    if (receipt.logIndex >= this.#writer.tree.size) await this.#lastVersion;
    return receipt;
  }

  /**
   * As `appendVersion`, but only takes the place: the version becomes durable with the next decision, or before it. If it does
   * not, neither does any decision that was appended after it.
   *
   * @throws CaioError `IntegrityViolation` if that number is logged with another digest.
   */
  linkVersion(kind: VersionKind, tenant: string | null, version: LoggedVersion): LogReceipt {
    const known = this.#versions.find(kind, tenant, version);
    if (known !== undefined) return known;
    const parent = this.#versions.parentOf(kind, tenant, version.version);
    const { receipt, durable } = this.#writer.link({ kind, tenant, body: { version: version.version, digest: version.digest, parent } });
    this.#versions.note(kind, tenant, version, receipt);
    this.#lastVersion = durable;
    return receipt;
  }

  /** Where a version is logged, undefined if it is not. @throws CaioError `IntegrityViolation` as `appendVersion`. */
  findVersion(kind: VersionKind, tenant: string | null, version: LoggedVersion): LogReceipt | undefined {
    return this.#versions.find(kind, tenant, version);
  }

  /**
   * A decision with its outcomes, undefined if there is none. An id that was logged again (a published test key gives the
   * same) is that of the last one.
   *
   * @param tenant - if said, only a decision of this tenant
   * @throws CaioError `Expired`, with what can still be shown, if the decision is past its retention
   */
  async trace(decisionId: Digest, tenant?: string): Promise<Trace | undefined> {
    return await this.#reader.trace(decisionId, tenant);
  }

  /** What was said of a decision, in order of the log: also of one that the log of another instance holds. */
  async feedback(decisionId: Digest, tenant: string): Promise<Trace["feedback"]> {
    return await this.#reader.feedback(decisionId, tenant);
  }

  /** Decisions by tenant, time and chosen service, in order of the log, without those past their retention; page on with `after`. */
  async find(query: TraceQuery = {}): Promise<readonly Trace[]> {
    return await this.#reader.find(query);
  }

  /** Log indices of the decisions that meet a query, the newest first, without those past their retention; page on with `before`. */
  async newest(query: TraceQuery = {}): Promise<readonly number[]> {
    return await this.#reader.newest(query);
  }

  /**
   * The decisions at some log indices, with their outcomes, in few reads however many they are. Undefined for what is past the end or past its
   * retention.
   *
   * @throws CaioError `IntegrityViolation` if one of them is no decision
   */
  async tracesAt(logIndices: readonly number[]): Promise<readonly (Trace | undefined)[]> {
    return await this.#reader.tracesAt(logIndices);
  }

  /** Canonical JSON of the certificates kept with the decisions at some log indices, in few reads; undefined where there is none, or none any more. */
  async certificatesAt(logIndices: readonly number[]): Promise<readonly (string | undefined)[]> {
    return await this.#reader.certificatesAt(logIndices);
  }

  /**
   * Canonical JSON of the certificate kept with a decision, undefined if there is none.
   *
   * @throws CaioError `Expired`, with what can still be shown, if it is past its retention
   */
  async certificate(decisionId: Digest): Promise<string | undefined> {
    return await this.#reader.certificate(decisionId);
  }

  /** The entry at an index, undefined past the end. @throws CaioError `Expired` */
  async entry(logIndex: number): Promise<LogEntry | undefined> {
    return await this.#reader.entry(logIndex);
  }

  /** Proof that an entry is in the tree of `size`, lowest hash first; default the whole log. @throws CaioError `InvalidProof` */
  inclusionProof(logIndex: number, size?: number): Uint8Array[] {
    return this.#writer.tree.inclusionProof(logIndex, size);
  }

  /** Proof that the log of `first` entries is a prefix of that of `second` (INV-CAIO-LOG-0001). @throws CaioError `InvalidProof` */
  consistencyProof(first: number, second?: number): Uint8Array[] {
    return this.#writer.tree.consistencyProof(first, second);
  }

  /**
   * Reads the whole store again and holds it against the chain and against the tree of what was appended, expired entries by their
   * leaf hashes.
   */
  async verify(): Promise<LogVerdict> {
    const { size, root } = this.head;
    const tree = new MerkleLog();
    let heads: ChainHeads = new Map();
    while (tree.size < size) {
      const start = tree.size;
      const page = await this.#store.read(start, Math.min(PAGE, size - start), { certificates: false });
      if (page.length === 0) return { holds: false, logIndex: start, reason: "The store lost its end." };
      const verdict = verifyChain(page.map(linkOf), heads);
      if (!verdict.holds) return { holds: false, logIndex: start + verdict.position, reason: verdict.reason };
      heads = verdict.heads;
      for (const entry of page) appendStored(tree, entry);
    }
    if (Buffer.compare(tree.head().root, root) === 0) return { holds: true };
    const logIndex = Array.from({ length: size }, (_, index) => index).find(
      (index) => Buffer.compare(tree.leafHash(index), this.#writer.tree.leafHash(index)) !== 0,
    );
    return { holds: false, logIndex: logIndex ?? size, reason: "The entry is not the one that was appended." };
  }
}

function isVersion(entry: LogEntry): entry is Extract<LogEntry, { kind: VersionKind }> {
  return entry.kind !== "decision" && entry.kind !== "outcome" && entry.kind !== "feedback";
}

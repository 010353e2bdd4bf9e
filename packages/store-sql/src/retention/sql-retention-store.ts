import { canonicalJson } from "@caio/core";
import type { RetentionCutoffs, RetentionOptions, RetentionReport, RetentionRun, RetentionStore } from "@caio/traceability";

import type { Work } from "../engine/commit-queue.ts";
import type { Engine } from "../engine/engine.ts";
import { BEGINNING, cursorAfter, oldEntries, type Cursor, type OldEntry } from "./old-entries.ts";
import { certificatesOf, openingsOf, removeCertificates, removeOpenings, removeParts } from "./remove-beside.ts";
import { expiredInserter, removableOf, removeEntries } from "./remove-entries.ts";
import { removeVersions, stepsOf, unusedVersions } from "./remove-versions.ts";
import { nextRun, readRuns, recordRemoved, type Removed, type Run } from "./retention-runs.ts";

/** Entries that a step looks at. */
const STEP = 64;
/** Milliseconds after a step: who waits meanwhile has a commit without one. */
const PAUSE_MS = 5;
/** Versions in a row that are still stood on before the search for others ends. */
const LOOK_AHEAD = 1024;

type Part = keyof RetentionReport;

/** One run: its record, whether it only counts, and what it counted. */
interface Pass {
  readonly run: Run;
  readonly dryRun: boolean;
  readonly counted: Record<Part, number>;
}

/** Retention in SQL: every step is one piece of work of the commit queue, so that what others write waits for a step and not for a run. */
export class SqlRetentionStore implements RetentionStore {
  readonly #engine: Engine;
  readonly #expired = expiredInserter();
  #turn: Promise<unknown> = Promise.resolve();
  /** Whether a run has left nothing behind since the store was opened. */
  #scrubbed = false;
  /** How far openings and certificates were looked at since the store was opened. */
  readonly #seen = new Map<"openings" | "certificates", Cursor>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  retain(cutoffs: RetentionCutoffs, { at, dryRun = false }: RetentionOptions): Promise<RetentionReport> {
    const result = this.#turn.then(() => this.#retain(widened(cutoffs), at, dryRun));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  runs(): Promise<readonly RetentionRun[]> {
    return readRuns(this.#engine.db);
  }

  async #retain(cutoffs: RetentionCutoffs, at: number, dryRun: boolean): Promise<RetentionReport> {
    const { openings, certificates, decisions, versions } = cutoffs;
    const policy = canonicalJson(Object.fromEntries(Object.entries(cutoffs).filter(([, time]) => time !== undefined)));
    const pass: Pass = { run: { id: await nextRun(this.#engine.db), at, policy }, dryRun, counted: { openings: 0, certificates: 0, entries: 0, versions: 0 } };
    if (openings !== undefined) await this.#walk(pass, "openings", openings, (entries) => this.#openings(pass, entries, openings));
    if (certificates !== undefined) await this.#walk(pass, "certificates", certificates, (entries) => this.#certificates(pass, entries));
    if (decisions !== undefined) await this.#walk(pass, undefined, decisions, (entries) => this.#entries(pass, entries, decisions));
    if (versions !== undefined) await this.#versions(pass, versions);
    if (!dryRun) await this.#parts();
    if (!dryRun) await this.#scrub(pass.counted);
    return pass.counted;
  }

  /** Also for the first run when it found nothing: one before may have ended between its last step and this. */
  async #scrub(removed: RetentionReport): Promise<void> {
    if (this.#scrubbed && !Object.values(removed).some((count) => count > 0)) return;
    await this.#engine.scrub(["decision_key", "certificate", "certificate_part", "log_entry", "history_leaf"]);
    this.#scrubbed = true;
  }

  /** Goes along time, in steps. What was seen once since the store was opened is not looked at again. */
  async #walk({ dryRun }: Pass, part: "openings" | "certificates" | undefined, before: number, step: (entries: readonly OldEntry[]) => Promise<void>): Promise<void> {
    let cursor = part === undefined || dryRun ? BEGINNING : (this.#seen.get(part) ?? BEGINNING);
    for (;;) {
      const entries = await oldEntries(this.#engine.db, before, cursor, STEP);
      if (entries.length === 0) return;
      await step(entries);
      cursor = cursorAfter(entries, cursor);
      if (part !== undefined && !dryRun) this.#seen.set(part, cursor);
    }
  }

  async #openings(pass: Pass, entries: readonly OldEntry[], before: number): Promise<void> {
    const ids = await openingsOf(this.#engine.db, entries, before);
    if (ids.length === 0) return;
    if (pass.dryRun) pass.counted.openings += ids.length;
    else await this.#step(pass, async (tx) => ({ openings: await removeOpenings(tx, ids) }));
  }

  async #certificates(pass: Pass, entries: readonly OldEntry[]): Promise<void> {
    for (const indices of await certificatesOf(this.#engine.db, entries)) {
      if (pass.dryRun) pass.counted.certificates += indices.length;
      else await this.#step(pass, async (tx) => ({ certificates: await removeCertificates(tx, indices) }));
    }
  }

  /** What certificates had in common and none needs any more. No run counts it: it holds nothing that the certificates did not. */
  async #parts(): Promise<void> {
    for (let more = true; more; ) more = await this.#engine.removals.run(() => this.#engine.commits.run(removeParts));
  }

  async #entries(pass: Pass, entries: readonly OldEntry[], before: number): Promise<void> {
    const removable = await removableOf(this.#engine.db, entries, before);
    if (removable.length === 0) return;
    if (pass.dryRun) pass.counted.entries += removable.length;
    else await this.#step(pass, (tx) => removeEntries(tx, { run: pass.run, entries: removable, before, expired: this.#expired }));
  }

  async #versions(pass: Pass, since: number): Promise<void> {
    let [after, kept] = [0, 0];
    while (kept < LOOK_AHEAD) {
      const page = await unusedVersions(this.#engine.db, after, since);
      if (page === undefined) return;
      kept = page.unused.length === 0 ? kept + page.last - after : 0;
      after = page.last;
      if (pass.dryRun) pass.counted.versions += page.unused.length;
      else for (const versions of await stepsOf(this.#engine.db, page.unused)) await this.#step(pass, async (tx) => ({ versions: await removeVersions(tx, versions) }));
    }
  }

  /** Removes something and writes it down, in one transaction. */
  async #step({ run, counted }: Pass, remove: Work<Removed>): Promise<void> {
    const removed = await this.#engine.removals.run(() =>
      this.#engine.commits.run(async (tx) => {
        const done = await remove(tx);
        await recordRemoved(tx, run, done);
        return done;
      }),
    );
    await new Promise((next) => setTimeout(next, PAUSE_MS));
    counted.openings += removed.openings ?? 0;
    counted.certificates += removed.certificates?.length ?? 0;
    counted.entries += removed.entries?.length ?? 0;
    counted.versions += removed.versions?.length ?? 0;
  }
}

/** What goes with what: no certificate without its entry, no opening without its certificate. */
function widened({ openings, certificates, decisions, versions }: RetentionCutoffs): RetentionCutoffs {
  const ofCertificates = latest(certificates, decisions);
  return { openings: latest(openings, ofCertificates), certificates: ofCertificates, decisions, versions: versions ?? ofCertificates };
}

function latest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

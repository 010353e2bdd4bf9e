import { watch, type FSWatcher } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { documentFiles } from "../load/document-files.ts";

/** Even where nothing is told of a change, it is found after so long, milliseconds: not every file system tells. */
const LATEST_MS = 1000;
/** Files that stay as they are for so long are saved, milliseconds: editors write in several steps, and change several files at once. */
const SETTLED_MS = 80;

/** Where documents are: a folder of them, or one file. What is not there yet is waited for. */
export interface DocumentPlace {
  readonly kind: "folder" | "file";
  readonly path: string;
}

type Prints = ReadonlyMap<string, string>;

/**
 * Tells of documents that were saved, made or removed. A file counts by what it is and not by who told of it, so that an editor which writes
 * beside and renames, a folder that is replaced, and a system that tells nothing are all the same.
 */
export class DocumentWatch {
  readonly #places: readonly DocumentPlace[];
  readonly #signal: AbortSignal;
  readonly #watchers = new Map<string, FSWatcher>();
  #known: Prints;
  #wake: () => void = () => undefined;
  #told = false;

  private constructor(places: readonly DocumentPlace[], known: Prints, signal: AbortSignal) {
    this.#places = places;
    this.#known = known;
    this.#signal = signal;
  }

  static async open(places: readonly DocumentPlace[], signal: AbortSignal): Promise<DocumentWatch> {
    const opened = new DocumentWatch(places, await printsOf(places), signal);
    signal.addEventListener("abort", () => { opened.#close(); }, { once: true });
    opened.#listen();
    return opened;
  }

  /** The files that changed since it was asked last, sorted; waits until there are some. Undefined: the signal is aborted. */
  async changed(): Promise<readonly string[] | undefined> {
    while (!this.#signal.aborted) {
      const now = await this.#settled();
      const files = differing(this.#known, now);
      this.#known = now;
      if (files.length > 0) return files;
      this.#listen();
      if (!this.#told) await Promise.race([new Promise<void>((resolve) => { this.#wake = resolve; }), pause(LATEST_MS, undefined, { signal: this.#signal }).catch(() => undefined)]);
      this.#told = false;
    }
    return undefined;
  }

  async #settled(): Promise<Prints> {
    let before = await printsOf(this.#places);
    // Where nothing changed there is nothing to wait for.
    if (differing(this.#known, before).length === 0) return before;
    for (;;) {
      await pause(SETTLED_MS, undefined, { signal: this.#signal }).catch(() => undefined);
      const after = await printsOf(this.#places);
      if (differing(before, after).length === 0 || this.#signal.aborted) return after;
      before = after;
    }
  }

  /** Folders are listened to and not files: a file that is replaced would be lost. A folder that is not there is tried again later. */
  #listen(): void {
    if (this.#signal.aborted) return;
    for (const folder of new Set(this.#places.map(({ kind, path }) => (kind === "folder" ? path : dirname(path))))) {
      if (this.#watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, () => {
          this.#told = true;
          this.#wake();
        });
        watcher.on("error", () => { this.#forget(folder); });
        this.#watchers.set(folder, watcher);
      } catch {
        // It is looked at once a second all the same.
      }
    }
  }

  #forget(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #close(): void {
    for (const folder of [...this.#watchers.keys()]) this.#forget(folder);
    this.#wake();
  }
}

async function printsOf(places: readonly DocumentPlace[]): Promise<Prints> {
  const files = await Promise.all(places.map(async ({ kind, path }) => (kind === "file" ? [path] : await documentFiles(path).catch(() => []))));
  const prints = await Promise.all(files.flat().map(async (file) => [file, await printOf(file)] as const));
  return new Map(prints.flatMap(([file, print]) => (print === undefined ? [] : [[file, print] as const])));
}

/** What changes when a file is saved; undefined if there is none. */
async function printOf(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found === undefined ? undefined : `${String(found.ino)} ${String(found.size)} ${String(found.mtimeNs)}`;
}

function differing(before: Prints, after: Prints): readonly string[] {
  const files = new Set([...before.keys(), ...after.keys()]);
  return [...files].filter((file) => before.get(file) !== after.get(file)).sort();
}

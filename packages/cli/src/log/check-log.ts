import { isCaioError, toHex } from "@caio/core";
import { readTile, tilePath, tilesOf, verifyChain, type TileSource } from "@caio/traceability";

import { FolderCheckpoints } from "./folder-checkpoints.ts";
import { openOr, readEntries, tileSource, type LogView } from "./log-view.ts";

/** One thing that is wrong with the files of a log. */
export interface LogProblem {
  /** The file or the entry. */
  readonly place: string;
  readonly message: string;
}

/** Reads every file of a log again: signature, guard, entries, links, root, hashes. Empty: all is as it should be. */
export async function checkLog(view: LogView): Promise<readonly LogProblem[]> {
  const { files, note } = view;
  const opened = openOr(note, view);
  const problems: LogProblem[] = typeof opened === "string" ? [{ place: files.path("checkpoint"), message: opened }] : [];
  problems.push(...(await guardProblems(view)));
  const read = await attempt(() => readEntries(view));
  if (typeof read === "string") return [...problems, { place: files.folder, message: read }];
  const { texts, tree } = read;
  const chain = verifyChain(texts);
  if (!chain.holds) problems.push({ place: `entry ${String(chain.position)}`, message: chain.reason });
  const root = toHex(tree.head().root);
  if (root !== toHex(view.stated.root)) {
    problems.push({ place: files.path("checkpoint"), message: `The entries have root ${root}, the checkpoint says ${toHex(view.stated.root)}.` });
  }
  return [...problems, ...(await tileProblems(view, tileSource(texts, tree)))];
}

async function guardProblems({ files, note }: LogView): Promise<readonly LogProblem[]> {
  const place = files.path("signed.json");
  const signed = await attempt(() => new FolderCheckpoints(files).load());
  if (typeof signed === "string") return [{ place, message: signed }];
  if (signed === null) return [{ place, message: "It is not there: nothing guards against a fork." }];
  return signed.note === note ? [] : [{ place, message: "It holds another checkpoint than the one that readers see." }];
}

async function tileProblems({ files, stated }: LogView, source: TileSource): Promise<readonly LogProblem[]> {
  const problems: LogProblem[] = [];
  for (const tile of tilesOf(stated.size)) {
    if (tile.level === "entries") continue;
    const place = files.path(tilePath(tile));
    const found = await attempt(() => files.tile(tile));
    const expected = await readTile(source, tile);
    if (typeof found === "string") problems.push({ place, message: found });
    else if (expected === undefined || Buffer.compare(found, expected) !== 0) problems.push({ place, message: "Its hashes are not those of the entries." });
  }
  return problems;
}

async function attempt<T>(action: () => Promise<T>): Promise<T | string> {
  try {
    return await action();
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return error.message;
  }
}

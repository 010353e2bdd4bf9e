import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { CaioError, toHex } from "@caio/core";
import { compareCheckpoints, KeyRing, MerkleLog, openCheckpoint, TILE_WIDTH, tilePath, tilesOf, type Checkpoint, type Tile } from "@caio/traceability";

import { exitCodes, type ExitCode } from "../exit-code.ts";
import { writeFileWhole } from "../load/write-file.ts";
import { LogFiles, unsignedCheckpoint } from "../log/log-files.ts";
import { styleOf } from "../present/style.ts";
import { oneLine } from "../present/plain-text.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { GatewayClient, type RemoteOptions } from "../remote/gateway-client.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

export interface LogFetchOptions extends JsonOption, RemoteOptions {
  /** Folder of the copy; made if it is not there, continued if it is. */
  readonly log: string;
  /** Of several instances the one whose log is meant; default: the one that answers. */
  readonly instance?: string | undefined;
}

/**
 * `caio log fetch`: a copy of a gateway's log, with its entries, for whoever may audit. A copy that is there is gone on with, if the log continues
 * it; if not, that is a finding, and the copy stays as it is.
 *
 * @throws CaioError what the gateway says; `InvalidProof` if none of its keys has signed the checkpoint
 */
export const logFetch: RunCommand<LogFetchOptions> = async ({ log: folder, instance, json, ...remote }, { terminal, environment = {} }) => {
  const client = await GatewayClient.open(remote, { environment, signal: terminal.signal });
  const base = instance === undefined ? "/log" : `/instances/${instance}/log`;
  const files = new LogFiles(folder);
  const before = files.exists ? unsignedCheckpoint(await files.note()) : undefined;
  const [note, keys] = [text(await all(client.download(`${base}/checkpoint`))), text(await all(client.download(`${base}/key`)))];
  const checkpoint = openCheckpoint(note, KeyRing.parseVerifiers(keys));
  const fetched = await fetchTiles(client, base, files, checkpoint.size);
  const problem = await problemOf(files, before, checkpoint);
  if (problem === undefined) {
    // A log without entries has no tiles that would have made it.
    await mkdir(folder, { recursive: true });
    if (!existsSync(files.path("log.pub"))) await writeFileWhole(files.path("log.pub"), keys);
    await writeFileWhole(files.path("checkpoint"), note);
  } else await takeBack(fetched);
  return told(problem, { origin: checkpoint.origin, size: checkpoint.size, root: toHex(checkpoint.root), fetched: fetched.length }, { terminal, json });
};

/** A tile that was written, and what stood there before. */
interface FetchedTile {
  readonly file: string;
  readonly before: Uint8Array | undefined;
}

/** What is there whole is not fetched again: a tile never changes. */
async function fetchTiles(client: GatewayClient, base: string, files: LogFiles, size: number): Promise<readonly FetchedTile[]> {
  const fetched: FetchedTile[] = [];
  for (const tile of tilesOf(size)) {
    const file = files.path(tilePath(tile));
    if (isWhole(tile) && existsSync(file)) continue;
    const bytes = await all(client.download(`${base}/${tilePath(tile)}`));
    await mkdir(dirname(file), { recursive: true });
    fetched.push({ file, before: existsSync(file) ? await files.tile(tile) : undefined });
    await writeFileWhole(file, bytes);
  }
  return fetched;
}

/** Tiles of another log must not stay: those that are whole would be taken for this one's the next time. */
async function takeBack(fetched: readonly FetchedTile[]): Promise<void> {
  for (const { file, before } of fetched) await (before === undefined ? rm(file) : writeFileWhole(file, before));
}

function isWhole({ width }: Tile): boolean {
  return width === TILE_WIDTH;
}

/** Why the copy is not what the checkpoint signs, or does not continue what it was. */
async function problemOf(files: LogFiles, before: Checkpoint | undefined, now: Checkpoint): Promise<string | undefined> {
  const tree = new MerkleLog();
  tree.appendAll(await files.entries(now.size));
  const root = toHex(tree.head().root);
  if (root !== toHex(now.root)) return `The entries have root ${root}, the checkpoint says ${toHex(now.root)}.`;
  if (before === undefined || before.size === 0) return undefined;
  if (before.size > now.size) return `The log has ${String(now.size)} entries, and the copy here ${String(before.size)}.`;
  return compareCheckpoints(before, now, before.size === now.size ? [] : tree.consistencyProof(before.size, now.size))?.message;
}

interface Told {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly fetched: number;
}

function told(problem: string | undefined, found: Told, { terminal, json }: { readonly terminal: Parameters<typeof logFetch>[1]["terminal"]; readonly json: boolean | undefined }): ExitCode {
  const style = styleOf(terminal);
  if (json === true) terminal.write(prettyJson({ ...found, findings: problem === undefined ? [] : [problem] }));
  else if (problem === undefined) terminal.write(`${style.green("ok")}: ${String(found.size)} entries of ${oneLine(found.origin)}, ${String(found.fetched)} tiles fetched\n`);
  else terminal.write(`${style.red("finding")}: ${oneLine(problem)} The copy stays as it was.\n`);
  return problem === undefined ? exitCodes.ok : exitCodes.problems;
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const heard: Uint8Array[] = [];
  for await (const piece of pieces) heard.push(piece);
  return Buffer.concat(heard);
}

function text(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CaioError("InvalidProof", "The gateway gave bytes that are no UTF-8, expected a checkpoint and keys.");
  }
}

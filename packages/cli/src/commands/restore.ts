import { existsSync } from "node:fs";
import { dirname } from "node:path";

import { CaioError } from "@caio/core";
import { restoreArchive, signedHeadOf, type ArchiveSummary, type RestoreOptions } from "@caio/store-sql";

import { exitCodes } from "../exit-code.ts";
import { readText } from "../load/read-text.ts";
import { archiveText } from "../present/archive.ts";
import { archiveInFile } from "../store/archive-file.ts";
import { Progress } from "../progress.ts";
import { storePlace, type StoreOptions } from "../store/store-place.ts";
import type { CommandContext, JsonOption, RunCommand } from "./command-context.ts";

export interface RestoreCommandOptions extends JsonOption, StoreOptions {
  /** The archive. */
  readonly in: string;
  /** In a database: the name under which the one log of the archive goes on. */
  readonly instance?: string | undefined;
  /** A checkpoint that was published: the archive must continue it. */
  readonly expectCheckpoint?: string | undefined;
}

const MAX_CHECKPOINT_BYTES = 1_000_000;

/**
 * `caio restore`: puts a copy where nothing is yet, after it was checked, and checks what was put there. All of it or nothing.
 *
 * @throws CaioError for a damaged or an older copy, and for a place where something is
 */
export const restore: RunCommand<RestoreCommandOptions> = async (options, context) => {
  const { in: file, json = false } = options;
  const to = targetOf(options, context);
  const expected = options.expectCheckpoint === undefined ? undefined : signedHeadOf(await readText(options.expectCheckpoint, "InvalidProof", MAX_CHECKPOINT_BYTES));
  const progress = new Progress("Restoring (checking first, then writing)", context.terminal);
  try {
    const summary = await restoreArchive(archiveInFile(file, (bytes) => { progress.add(bytes); }), { to, expected, accept: (found) => { requireName(found, options); } });
    progress.end();
    context.terminal.write(archiveText(`restored into ${"file" in to ? to.file : "the database"}`, file, summary, json));
  } finally {
    progress.end();
  }
  return exitCodes.ok;
};

/**
 * A log keeps its name, and an instance signs under the configuration's `origin` with its own name after it: another instance could not
 * go on with it.
 */
function requireName({ header: { logs } }: ArchiveSummary, { instance }: RestoreCommandOptions): void {
  const [note] = logs.map(({ checkpoint }) => checkpoint);
  if (instance === undefined || note === undefined || note === null) return;
  const { origin } = signedHeadOf(note);
  if (origin.endsWith(`/${instance}`)) return;
  const last = /^(.+)\/([a-z0-9_]{1,32})$/.exec(origin);
  const words = last === null ? "It can go on in a file only" : `Name it --instance ${last[2] ?? ""}, with origin: ${last[1] ?? ""} in its configuration`;
  throw new CaioError("InvalidField", `Found instance ${instance} for the log ${origin}, which keeps its name: an instance signs as ORIGIN/INSTANCE. ${words}.`, { details: { found: instance, origin } });
}

function targetOf(options: RestoreCommandOptions, context: CommandContext): RestoreOptions["to"] {
  const place = storePlace(options, context);
  if (place === undefined) throw new CaioError("InvalidField", "Where to? Name a file that is not there yet, --store FILE, or the variable that holds the address of a database: --postgres-env VARIABLE");
  if ("file" in place) {
    if (options.instance !== undefined) throw new CaioError("InvalidField", "Found --instance with --store: the log of a file has no name.");
    const folder = dirname(place.file);
    if (!existsSync(folder)) throw new CaioError("NotFound", `${folder}: there is no such folder. Make it, for who runs the gateway alone: mkdir -p -m 700 ${folder}`, { details: { folder } });
    return place;
  }
  return { postgres: { ...place, ...(options.instance === undefined ? {} : { instance: options.instance }) } };
}

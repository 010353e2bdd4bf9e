import { CaioError, isCaioError } from "@caio/core";
import { archiveOf, archivePostgres, isStoreFault, openSqlStores, verifyArchive, type ArchiveOptions, type ArchiveSummary } from "@caio/store-sql";

import { exitCodes, type ExitCode } from "../exit-code.ts";
import { archiveText } from "../present/archive.ts";
import { showFailure } from "../present/failure.ts";
import { GatewayClient, type RemoteOptions } from "../remote/gateway-client.ts";
import { archiveInFile, writeArchiveFile } from "../store/archive-file.ts";
import { Progress } from "../progress.ts";
import { requireFile, storePlace, type StoreOptions } from "../store/store-place.ts";
import type { CommandContext, JsonOption, RunCommand } from "./command-context.ts";

export interface BackupOptions extends JsonOption, StoreOptions, RemoteOptions {
  /** A new file for the copy. */
  readonly out?: string | undefined;
  /** Check this file instead of making one. */
  readonly verify?: string | undefined;
  /** Leave out what opens decisions. */
  readonly withoutKeys?: boolean | undefined;
}

/**
 * `caio backup`: a copy of everything that a gateway keeps, taken from one that runs, from a file that none has open, or from a database.
 * What was written is read again and checked before it has its name.
 *
 * @throws CaioError for a store that cannot be read and a file that cannot be written; nothing of it is left then
 */
export const backup: RunCommand<BackupOptions> = async (options, context) => {
  const { out, verify, json = false } = options;
  if (verify !== undefined) return await check(verify, context, json);
  if (out === undefined) throw new CaioError("InvalidField", "Where to? Name a new file: --out FILE. To check one that is there: --verify FILE");
  const { terminal, door } = context;
  const progress = new Progress("Copying", terminal);
  let summary: ArchiveSummary | undefined;
  try {
    const pieces = counted(piecesOf(options, { at: door.now(), withoutOpenings: options.withoutKeys }, context), progress);
    await writeArchiveFile(out, pieces, async (beside) => { summary = await verifyArchive(archiveInFile(beside)); });
  } finally {
    progress.end();
  }
  if (summary !== undefined) terminal.write(archiveText("copied", out, summary, json));
  return exitCodes.ok;
};

/** A damaged archive is what the question was about, and so no error. */
async function check(file: string, { terminal }: CommandContext, json: boolean): Promise<ExitCode> {
  const progress = new Progress("Checking", terminal);
  try {
    const summary = await verifyArchive(archiveInFile(file, (bytes) => { progress.add(bytes); }));
    terminal.write(archiveText("whole", file, summary, json));
    return exitCodes.ok;
  } catch (error) {
    if (!isCaioError(error, "IntegrityViolation")) throw error;
    showFailure(error, terminal, json);
    return exitCodes.problems;
  } finally {
    progress.end();
  }
}

async function* counted(pieces: AsyncIterable<Uint8Array>, progress: Progress): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    progress.add(piece.length);
    yield piece;
  }
}

async function* piecesOf(options: BackupOptions, archive: ArchiveOptions, context: CommandContext): AsyncGenerator<Uint8Array> {
  const place = storePlace(options, context);
  if (place === undefined) yield* ofGateway(options, archive, context);
  else if ("file" in place) yield* ofFile(place.file, archive);
  else yield* archivePostgres(place, archive);
}

async function* ofGateway(options: RemoteOptions, { withoutOpenings = false }: ArchiveOptions, { terminal: { signal }, environment = {} }: CommandContext): AsyncGenerator<Uint8Array> {
  const client = await GatewayClient.open(options, { environment, signal });
  yield* client.download(withoutOpenings ? "/backup?openings=false" : "/backup");
}

async function* ofFile(file: string, archive: ArchiveOptions): AsyncGenerator<Uint8Array> {
  requireFile(file);
  const stores = await openSqlStores({ file }).catch((error: unknown) => {
    if (!isStoreFault(error, "locked")) throw error;
    throw new CaioError("ServiceUnavailable", `${file}: a gateway has it open. Ask that one for the copy: caio backup --out FILE, with its address (--url) and a key that has caio.backup (CAIO_KEY).`, { details: { file, reason: "locked" }, cause: error });
  });
  try {
    yield* archiveOf(stores.backup, archive);
  } finally {
    await stores.close();
  }
}

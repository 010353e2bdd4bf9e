import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { openSqlStores, restoreArchive, type SqlStores } from "@caio/store-sql";

import { GatewayClient, type RemoteOptions } from "../remote/gateway-client.ts";
import type { CommandContext } from "../commands/command-context.ts";
import { archiveInFile, writeArchiveFile } from "./archive-file.ts";

/**
 * What a running gateway keeps, as a store of its own: a copy in a folder that only this user can enter, which is removed when the work is done,
 * however it ends.
 *
 * @throws CaioError as `GatewayClient`; the key needs `caio.backup`, or `caio.admin`
 */
export async function withCopyOf<T>(options: RemoteOptions, { terminal: { signal }, environment = {} }: CommandContext, work: (stores: SqlStores) => Promise<T>): Promise<T> {
  const client = await GatewayClient.open(options, { environment, signal });
  const folder = await mkdtemp(join(tmpdir(), `caio-copy-${String(process.pid)}-`));
  try {
    const [archive, file] = [join(folder, "archive"), join(folder, "caio.db")];
    // Restoring checks the archive before it writes anything.
    await writeArchiveFile(archive, client.download("/backup"), () => Promise.resolve());
    await restoreArchive(archiveInFile(archive), { to: { file } });
    const stores = await openSqlStores({ file });
    try {
      return await work(stores);
    } finally {
      await stores.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { existsSync } from "node:fs";
import { mkdtemp, rmdir, stat, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import type { GatewayConfig } from "@caio/gateway/config";
import { isStoreFault, openSqlStores, storeVersion } from "@caio/store-sql";

import { signingKey } from "../proof/signing-key.ts";
import { attempt, type ExaminedFolder } from "./examine-folder.ts";
import { modeText } from "./examine-variables.ts";
import type { Finding, Tell } from "./finding.ts";

/** Less than this and the disk is soon full, bytes. */
const LITTLE = 200_000_000;
/** A clock that was set back leaves files from the future, milliseconds. */
const AHEAD_MS = 300_000;

/** The data folder: who may write and read there, whether the store is one, and whether its log fits what was signed of it. */
export async function examineData({ config, folder }: ExaminedFolder, now: number, tell: Tell): Promise<void> {
  const data = dataFolder(config, folder);
  const say = (finding: Omit<Finding, "part">): void => { tell({ part: "data", ...finding }); };
  if (!existsSync(data)) {
    const parent = nearestFolder(data);
    const writable = await canWrite(parent);
    say({ about: "folder", ...(writable ? { level: "ok", found: `${data} is made at the first start` } : { level: "wrong", found: `${data} is not there, and cannot be made in ${parent}`, next: "Give this process the right to write there, or name another folder: data in the configuration." }) });
    return;
  }
  if (!(await canWrite(data))) {
    say({ about: "folder", level: "wrong", found: `${data} cannot be written`, next: "Give this process the right to write there." });
    return;
  }
  const { mode } = await stat(data);
  // Whoever may write a folder may put another file in the place of the key or the store, whatever the rights of these.
  if ((mode & 0o022) !== 0) say({ about: "folder", level: "wrong", found: `others may write into ${data} (mode ${modeText(mode)}), and so replace the key or the store`, next: `chmod 700 ${data}` });
  else say({ about: "folder", level: "ok", found: data });
  await examineDisk(data, say);
  for (const name of ["signing-key.pem", "caio.db", "admin.key"]) await examineSecret(join(data, name), now, say);
  const key = join(data, "signing-key.pem");
  if (existsSync(key)) {
    const read = await attempt(() => signingKey({ file: key, mayMake: false }));
    if (!read.ok) say({ about: "signing key", level: "wrong", found: read.message, next: "Restore it from where it is backed up: another key cannot go on with this log." });
  }
  const file = join(data, "caio.db");
  if (config.store === undefined && existsSync(file)) await examineStore(file, say);
}

type Say = (finding: Omit<Finding, "part">) => void;

async function examineDisk(data: string, say: Say): Promise<void> {
  const { bavail, bsize } = await statfs(data);
  const free = bavail * bsize;
  if (free < LITTLE) say({ about: "disk", level: "wrong", found: `${(free / 1e6).toFixed(0)} MB are left`, next: "Free space: a full disk stops every decision. caio store retain removes what is old." });
}

async function examineSecret(file: string, now: number, say: Say): Promise<void> {
  if (!existsSync(file)) return;
  const { mode, mtimeMs } = await stat(file);
  const about = file.slice(dirname(file).length + 1);
  if ((mode & 0o077) !== 0) say({ about, level: "wrong", found: `others may read it (mode ${modeText(mode)})`, next: `chmod 600 ${file}` });
  else say({ about, level: "ok", found: `for its owner alone (mode ${modeText(mode)})` });
  if (mtimeMs > now + AHEAD_MS) say({ about, level: "wrong", found: "it was written in the future: the clock was set back", next: "Set the clock." });
}

async function examineStore(file: string, say: Say): Promise<void> {
  try {
    const version = await storeVersion(file);
    if (version === "newer") say({ about: "store", level: "wrong", found: "a newer version of CAIO has written it", next: "Use that version: there is no way back." });
    else if (version === "older") say({ about: "store", level: "note", found: "an older version of CAIO has written it, and the next start brings it up to date", next: `Copy it first with the version that wrote it: caio backup --store ${file} --out FILE` });
    else await examineLog(file, say);
  } catch (error) {
    if (!isStoreFault(error)) throw error;
    if (error.details["reason"] === "locked") say({ about: "store", level: "ok", found: "a gateway has it open" });
    else say({ about: "store", level: "wrong", found: error.message, next: "Restore a copy: caio restore --in FILE --store caio.db" });
  }
}

/** Opening holds the log against the head and the newest checkpoint that were kept with it. */
async function examineLog(file: string, say: Say): Promise<void> {
  const stores = await openSqlStores({ file });
  try {
    const size = await stores.traces.size();
    say({ about: "store", level: "ok", found: `of this version; its log of ${String(size)} entries fits what was signed of it` });
  } finally {
    await stores.close();
  }
}

function nearestFolder(path: string): string {
  let folder = dirname(path);
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

/** By writing: rights alone do not tell of a disk that is mounted to be read. */
async function canWrite(folder: string): Promise<boolean> {
  const made = await mkdtemp(join(folder, ".caio-doctor-")).catch(() => undefined);
  if (made !== undefined) await rmdir(made);
  return made !== undefined;
}

/** SHA-256 of the public key with which the gateway of a folder signs; undefined if there is none that could be read. */
export async function publicKeyIdIn({ config, folder }: ExaminedFolder): Promise<string | undefined> {
  const file = join(dataFolder(config, folder), "signing-key.pem");
  if (!existsSync(file)) return undefined;
  const read = await attempt(() => signingKey({ file, mayMake: false }));
  return read.ok ? read.value.key.publicKey.keyId : undefined;
}

/** Instances over one database have a folder each. */
function dataFolder({ data, store, instance }: GatewayConfig, folder: string): string {
  return resolve(folder, data, ...(store === undefined || instance === undefined ? [] : [instance]));
}

import { existsSync } from "node:fs";

import { CaioError } from "@caio/core";

import type { CommandContext } from "../commands/command-context.ts";

/** Which store a command works on. */
export interface StoreOptions {
  /** A file; no other process may have it. */
  readonly store?: string | undefined;
  /** The variable that holds the address of a database: an address holds a password, and a command line can be read by every process. */
  readonly postgresEnv?: string | undefined;
  /** The schema that instances share; default `caio`. */
  readonly schema?: string | undefined;
}

/** A file, a database, or neither: then a gateway that runs is meant. */
export type StorePlace = { readonly file: string } | { readonly database: string; readonly schema: string };

const SCHEMA = "caio";

/** @throws CaioError `InvalidField` for both at once, or for a variable that is not set */
export function storePlace({ store, postgresEnv, schema = SCHEMA }: StoreOptions, { environment = {} }: Pick<CommandContext, "environment">): StorePlace | undefined {
  if (store !== undefined && postgresEnv !== undefined) throw new CaioError("InvalidField", "Found --store and --postgres-env, expected one of them.");
  if (store !== undefined) return { file: store };
  if (postgresEnv === undefined) return undefined;
  const database = environment[postgresEnv] ?? "";
  if (database !== "") return { database, schema };
  throw new CaioError("InvalidField", `The variable ${postgresEnv} is not set. It holds the address of the database: postgres://user:password@host:5432/database`, { details: { variable: postgresEnv } });
}

/** @throws CaioError `NotFound` for a file that is not there: opening would make it */
export function requireFile(file: string): void {
  if (!existsSync(file)) throw new CaioError("NotFound", `${file}: there is no such file. Name the caio.db of a gateway's data folder.`, { details: { file } });
}

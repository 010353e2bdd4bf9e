import { createHash } from "node:crypto";

import { CaioError } from "@caio/core";
import pg from "pg";

import { storeError } from "../store-fault.ts";
import { postgresTypes } from "./postgres-types.ts";

/** Where a gateway's data is in PostgreSQL, and whose log is meant. */
export interface PostgresPlace {
  /** `postgres://user:password@host:5432/database`, or what the library `pg` takes for a connection: TLS, a password from a function. */
  readonly database: string | pg.ClientConfig;
  /** The schema that all instances share; small letters, digits and `_`, at most 20; default `caio`. It is made if it may be. */
  readonly schema?: string;
  /** Who writes: each instance has a log of its own, and one process. Small letters, digits and `_`, at most 32. */
  readonly instance: string;
}

/** How an engine waits, and how many read. */
export interface PostgresTuning {
  /** How long opening waits for another process to let the log go, milliseconds. */
  readonly busyTimeoutMs: number;
  /** How long a write waits for a database that went away, milliseconds. */
  readonly patienceMs: number;
  /** Without an answer for so long a connection is given up, milliseconds. */
  readonly answerMs: number;
  /** Connections for reading, at most. Two more are for writing. */
  readonly readers: number;
}

/** A place as the engine uses it. */
export interface ReadPlace {
  /** For messages: without user and password. */
  readonly name: string;
  readonly config: pg.ClientConfig;
  readonly schema: string;
  readonly logSchema: string;
  readonly instance: string;
  /** The key of an advisory lock that stands for something of this schema. */
  readonly lockKey: (what: string) => string;
}

/** @throws CaioError `InvalidRequest` for a name, or with `details.reason` `cannot_open` for a URL, that is none */
export function readPlace({ database, schema = "caio", instance }: PostgresPlace): ReadPlace {
  requireName("schema", schema, /^[a-z][a-z0-9_]{0,19}$/, "1 to 20");
  requireName("instance", instance, /^[a-z0-9_]{1,32}$/, "1 to 32");
  const logSchema = `${schema}_log_${instance}`;
  const config = configOf(database, `${logSchema},${schema}`);
  // The library knows what is meant where nothing is said.
  const { host, port, database: name } = new pg.Client(config);
  return {
    name: `postgres://${host}:${String(port)}/${String(name)}, schema ${schema}, instance ${instance}`,
    config,
    schema,
    logSchema,
    instance,
    lockKey: (what) => createHash("sha256").update(JSON.stringify(["caio-lock", schema, what])).digest().readBigInt64BE().toString(),
  };
}

/** A connection finds the tables of this instance's log and the shared ones, and no others. A broken one is noticed by both sides. */
function configOf(database: string | pg.ClientConfig, searchPath: string): pg.ClientConfig {
  const { connectionString: url, options, ...given } = typeof database === "string" ? { connectionString: database } : database;
  const parsed = url === undefined ? undefined : parseUrl(url);
  const settings = { search_path: searchPath, tcp_keepalives_idle: "10", tcp_keepalives_interval: "5", tcp_keepalives_count: "3" };
  const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  return {
    connectionTimeoutMillis: 5000,
    ...given,
    ...(parsed === undefined ? {} : { connectionString: parsed.rest }),
    keepAlive: true,
    types: postgresTypes,
    options: [parsed?.options, options, ...ours].filter((each) => each !== undefined && each !== null).join(" "),
  };
}

/** For the library, what a URL says goes before everything else: so what is added to or decided here is taken out of it. */
function parseUrl(text: string): { readonly rest: string; readonly options: string | null } {
  const url = new URL(requireUrl(text));
  const options = url.searchParams.get("options");
  for (const name of ["options", "application_name"]) url.searchParams.delete(name);
  return { rest: url.href, options };
}

/** What the parser of URLs says of a bad one names all of it, the password too. */
function requireUrl(url: string): string {
  if (/^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url)) return url;
  throw storeError("cannot_open", "the URL of the database, which is none of the form postgres://user@host:5432/database");
}

function requireName(what: string, name: string, pattern: RegExp, length: string): void {
  if (pattern.test(name)) return;
  throw new CaioError("InvalidRequest", `The name of the ${what} is "${name}", expected ${length} small letters, digits and _.`, { details: { at: what } });
}

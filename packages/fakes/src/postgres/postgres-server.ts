import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { freePorts } from "../free-ports.ts";
import { isRunning } from "../is-running.ts";
import { installedPostgres } from "./installed-postgres.ts";
import { ServerKeeper } from "./server-keeper.ts";

const run = promisify(execFile);
/** A port may be taken between finding and using it; what a killed server shared may be there for a moment. */
const TRIES = 20;

export interface PostgresOptions {
  /** Whether a commit waits for the disk; default true. Off where nothing but the queries are tested: it is faster. */
  readonly fsync?: boolean;
  /** Further settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A folder that is there, to make the server's folder in; default the system's for temporary files. */
  readonly parent?: string;
}

/** A real PostgreSQL server for tests and measurements, on a free port of the loopback, with a folder that goes when it ends. */
export class PostgresServer {
  readonly #bin: string;
  readonly #keeper: ServerKeeper;
  readonly #password: string;
  #port = 0;
  /** Of the server's main process. */
  pid = 0;
  /** Holds `data`, `postgres.log` and the server's Unix socket. */
  readonly folder: string;

  private constructor(bin: string, folder: string, keeper: ServerKeeper, password: string) {
    this.#bin = bin;
    this.folder = folder;
    this.#keeper = keeper;
    this.#password = password;
  }

  /** Makes and starts one. It ends with this process at the latest, also when that is killed. @throws Error if there is none to run */
  static async start({ fsync = true, settings = {}, parent = tmpdir() }: PostgresOptions = {}): Promise<PostgresServer> {
    const installed = installedPostgres();
    if ("missing" in installed) throw new Error(installed.missing);
    const { bin, user } = installed;
    const folder = mkdtempSync(join(parent, "caio-pg-"));
    const password = randomBytes(12).toString("hex");
    writeFileSync(join(folder, "password"), password, { mode: 0o600 });
    if (user !== undefined) for (const path of [folder, join(folder, "password")]) chownSync(path, user.uid, user.gid);
    const keeper = new ServerKeeper(bin, folder, user);
    const server = new PostgresServer(bin, folder, keeper, password);
    try {
      if ((await keeper.answer("made")) !== 0) throw new Error(`initdb failed: ${readFileSync(join(folder, "initdb.log"), "utf8")}`);
      server.configure({
        ...{ listen_addresses: "127.0.0.1", unix_socket_directories: folder, fsync: fsync ? "on" : "off", full_page_writes: fsync ? "on" : "off" },
        ...settings,
      });
      await server.#start();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get port(): number {
    return this.#port;
  }

  /** Of a database; of the one that is always there unless said. The password is in it. */
  url(database = "postgres"): string {
    return `postgres://caio:${this.#password}@127.0.0.1:${String(this.#port)}/${database}`;
  }

  /** Makes a database, and gives its URL. */
  async createDatabase(name: string): Promise<string> {
    await this.query(`create database "${name}"`);
    return this.url(name);
  }

  /** What psql prints for a statement: rows by lines, columns by `|`. */
  async query(text: string, database = "postgres"): Promise<string> {
    const { stdout } = await run(join(this.#bin, "psql"), ["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", text, this.url(database)]);
    return stdout.trimEnd();
  }

  /** Adds settings to postgresql.conf; they hold from the next start on. */
  configure(settings: Readonly<Record<string, string>>): void {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
    appendFileSync(join(this.folder, "data", "postgresql.conf"), lines.join(""));
  }

  /** What the server has logged. */
  log(): string {
    return readFileSync(join(this.folder, "postgres.log"), "utf8");
  }

  /** `kill -9` of the server's main process and all of its children: as good as a loss of power for what it had not written. */
  async kill(): Promise<void> {
    this.pid = 0;
    this.#keeper.tell("kill");
    await this.#keeper.answer("killed");
  }

  /** Shuts it down in order, if it runs, and starts it again on the same port. */
  async restart(): Promise<void> {
    if (this.pid !== 0) await this.halt();
    await this.#start();
  }

  /** Shuts it down in order; `restart` brings it back. */
  async halt(): Promise<void> {
    this.pid = 0;
    this.#keeper.tell("stop");
    await this.#keeper.answer("stopped");
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.#keeper.end();
    // The server's own user may not remove what stands in a folder of this one's.
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    for (let left = TRIES; left > 0; left--) {
      const [port = 0] = this.#port === 0 ? await freePorts(1) : [this.#port];
      this.#keeper.tell(`start ${String(port)}`);
      const pid = await this.#keeper.answer("started");
      if (await this.#ready(pid)) {
        this.#port = port;
        this.pid = pid;
        return;
      }
      await pause(50);
    }
    throw new Error(`PostgreSQL does not start: ${this.log().split("\n").slice(-20).join("\n")}`);
  }

  /** Waits until the process serves, or has ended. */
  async #ready(pid: number): Promise<boolean> {
    const file = join(this.folder, "data", "postmaster.pid");
    while (isRunning(pid)) {
      const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
      if (lines[0] === String(pid) && lines[7]?.trim() === "ready") return true;
      await pause(5);
    }
    return false;
  }
}

let shared: Promise<PostgresServer> | undefined;

/** One server for all tests of a process, without fsync; it ends with the process. Each test has a database or a schema of its own. */
export function sharedPostgres(): Promise<PostgresServer> {
  return (shared ??= PostgresServer.start({ fsync: false, settings: { max_connections: "200" } }));
}

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}

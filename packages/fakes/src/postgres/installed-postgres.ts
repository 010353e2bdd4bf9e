import { existsSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

/** Where Debian and Ubuntu keep one folder for each major version. */
const DEBIAN = "/usr/lib/postgresql";

/** Who runs a server. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

export type InstalledPostgres =
  | {
      /** The folder of `postgres`, `initdb` and `psql`. */
      readonly bin: string;
      /** PostgreSQL does not run as root: then it is the user `postgres`; undefined: whoever runs this. */
      readonly user: ServerUser | undefined;
    }
  | {
      /** What is not there, and how to get it. */
      readonly missing: string;
    };

/** The newest PostgreSQL of this machine that can be run, or a sentence that says what is missing. */
export function installedPostgres(): InstalledPostgres {
  const bin = [...debianFolders(), ...(process.env["PATH"] ?? "").split(delimiter)].find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
  if (bin === undefined) return { missing: "PostgreSQL is not installed: `apt-get install postgresql`, or put the folder of `postgres` and `initdb` on the PATH." };
  if (process.getuid?.() !== 0) return { bin, user: undefined };
  const user = userNamed("postgres");
  if (user === undefined) return { missing: "PostgreSQL does not run as root, and there is no user `postgres`: `useradd --system postgres`, or run this as somebody else." };
  return { bin, user };
}

function debianFolders(): readonly string[] {
  if (!existsSync(DEBIAN)) return [];
  const versions = readdirSync(DEBIAN).map(Number).filter((version) => Number.isFinite(version));
  return versions.sort((a, b) => b - a).map((version) => join(DEBIAN, String(version), "bin"));
}

function userNamed(name: string): ServerUser | undefined {
  const row = readFileSync("/etc/passwd", "utf8").split("\n").find((line) => line.startsWith(`${name}:`));
  const [, , uid, gid] = row?.split(":") ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

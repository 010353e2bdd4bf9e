import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

export type InstalledNats =
  | {
      /** The program. */
      readonly path: string;
    }
  | {
      /** What is not there, and how to get it. */
      readonly missing: string;
    };

/** The NATS server of this machine, or a sentence that says what is missing. */
export function installedNats(): InstalledNats {
  // Debian puts it where only root looks.
  const folders = ["/usr/sbin", "/usr/local/bin", ...(process.env["PATH"] ?? "").split(delimiter)];
  const path = folders.map((folder) => join(folder, "nats-server")).find((file) => existsSync(file));
  return path === undefined ? { missing: "NATS is not installed: `apt-get install nats-server`, or put `nats-server` on the PATH." } : { path };
}

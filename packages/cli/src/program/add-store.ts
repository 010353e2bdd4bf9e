import type { Command } from "commander";

import type { BackupOptions } from "../commands/backup.ts";
import type { RestoreCommandOptions } from "../commands/restore.ts";
import type { RetainOptions } from "../commands/retain.ts";
import type { Run } from "./add-decisions.ts";
import { names } from "./options.ts";

/** `backup`, `restore` and `store`. All are loaded when they are used: they load the databases. */
export function addStore(program: Command, run: Run): void {
  remote(placed(program.command("backup").description("copy everything that a gateway keeps into one file; without --store and --postgres-env, ask the gateway that runs")))
    .option("--out <file>", "a new file for the copy (mode 0600)")
    .option("--without-keys", "leave out what opens decisions: receipts made from the copy disclose nothing")
    .option("--verify <file>", "check a copy instead of making one")
    .option("--json", "print what it holds as JSON")
    .action(async (options: BackupOptions) => run((await import("../commands/backup.ts")).backup, options));
  placed(program.command("restore").description("restore a copy to where nothing is yet, and check it"))
    .requiredOption("--in <file>", "what caio backup wrote")
    .option("--instance <name>", "in a database: the name under which the one log of the copy goes on")
    .option("--expect-checkpoint <file>", "a checkpoint that was published; a copy that does not continue it is refused")
    .option("--json", "print what was restored as JSON")
    .action(async (options: RestoreCommandOptions) => run((await import("../commands/restore.ts")).restore, options));
  const store = program.command("store").description("what a gateway keeps");
  remote(placed(store.command("retain").description("remove what was decided before a time; its hashes stay in the log. Without --store and --postgres-env, ask the gateway that runs")))
    .requiredOption("--before <time>", "a time (2026-01-31, 2026-01-31T12:00:00Z) or an age (90d, 12h, 30m)")
    .option("--only <parts>", "some of openings, certificates, decisions, versions, with commas between them (default: all)", names)
    .option("--instance <name>", "in a database: whose log")
    .option("--dry-run", "count, and remove nothing")
    .option("--json", "print what was removed as JSON")
    .action(async (options: RetainOptions) => run((await import("../commands/retain.ts")).retain, options));
}

function placed(command: Command): Command {
  return command
    .option("--store <file>", "the caio.db of a gateway that does not run")
    .option("--postgres-env <variable>", "the variable that holds the address of a database")
    .option("--schema <name>", "the schema in the database (default: caio)");
}

function remote(command: Command): Command {
  return command
    .option("--url <url>", "address of the gateway (default: CAIO_URL, else http://127.0.0.1:8080)")
    .option("--key-file <file>", "file that holds a key that may do it (default: the key in CAIO_KEY)");
}

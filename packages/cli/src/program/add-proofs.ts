import type { Command } from "commander";

import { logAudit, logCheckpoint, logCompare, logConsistency, logFsck, logInclusion, type AuditLogOptions, type CompareLogsOptions, type ConsistencyOptions, type LogOptions } from "../commands/log.ts";
import type { LogFetchOptions } from "../commands/log-fetch.ts";
import { replay, type ReplayOptions } from "../commands/replay.ts";
import { verify, type VerifyBundleOptions } from "../commands/verify.ts";
import type { WatchOption } from "../watch/watch.ts";
import type { Run } from "./add-decisions.ts";
import { watched, wholeNumber } from "./options.ts";

/** `verify`, `replay` and `log`. */
export function addProofs(program: Command, run: Run): void {
  program
    .command("verify")
    .description("check a bundle without trusting who made it")
    .argument("<file>", "bundle (*.caio.json)")
    .requiredOption("--key <file>", "public key of the operator: .pub, PEM, hex or base64; or several verifier keys, one a line")
    .option("--witness <file...>", "keys of witnesses, one a line, who may have cosigned the checkpoint: each is one more check")
    .option("--full", "list every check, and recompute what a bundle can only attest from the files named beside")
    .option("--world <file>", "with --full: its world file, for the features, the control signal and whatever is withheld")
    .option("--token <file>", "with --full: the token that the caller showed; it is never printed")
    .option("--jwks <file>", "with --full and --token: the public keys of the token's issuer (JSON Web Key Set)")
    .option("--json", "print the report as JSON")
    .action((file: string, options: Omit<VerifyBundleOptions, "file">) => run(verify, { ...options, file }));
  program
    .command("replay")
    .description("make the decision of a bundle again from its world, and compare every byte")
    .argument("<file>", "bundle (*.caio.json)")
    .requiredOption("--world <file>", "its world file")
    .option("--json", "print the comparison as JSON")
    .action((file: string, options: Omit<ReplayOptions, "file">) => run(replay, { ...options, file }));
  addLog(program, run);
}

function addLog(program: Command, run: Run): void {
  const log = program.command("log").description("read and check the log of decisions in a folder");
  const command = (name: string, description: string): Command =>
    log
      .command(name)
      .description(description)
      .requiredOption("--log <dir>", "folder of the log")
      .option("--key <file>", "public key that is trusted (default: log.pub in the folder, which proves only that the log fits itself)")
      .option("--json", "print the result as JSON");
  watched(command("checkpoint", "print the newest signed head")).action((options: LogOptions & WatchOption) => run(logCheckpoint, options));
  command("inclusion", "prove that an entry is in the log: a C2SP tlog-proof")
    .requiredOption("--index <n>", "index of the entry", wholeNumber)
    .action((options: LogOptions & { index: number }) => run(logInclusion, options));
  command("consistency", "prove that the log continues an older one")
    .option("--from <size>", "size of the older log", wholeNumber)
    .option("--checkpoint <file>", "checkpoint of the older log, instead of a size")
    .action((options: ConsistencyOptions) => run(logConsistency, options));
  command("fsck", "read everything again and check signature, entries, links, hashes").action((options: LogOptions) => run(logFsck, options));
  command("audit", "find stale, replayed and forked decisions, and every break of the log")
    .option("--checkpoint <file...>", "checkpoints that were kept elsewhere")
    .option("--slack <n>", "entries that may lie between a version and a decision that does not yet name it (default: 0)", wholeNumber)
    .action((options: AuditLogOptions) => run(logAudit, options));
  log
    .command("fetch")
    .description("copy the log of a running gateway, entries included, or go on with a copy if the log continues it")
    .requiredOption("--log <dir>", "folder of the copy")
    .option("--instance <name>", "of several instances the one whose log is meant (default: the one that answers)")
    .option("--url <url>", "address of the gateway (default: CAIO_URL, else http://127.0.0.1:8080)")
    .option("--key-file <file>", "file that holds a key with caio.audit or caio.admin (default: the key in CAIO_KEY)")
    .option("--json", "print the result as JSON")
    .action(async (options: LogFetchOptions) => run((await import("../commands/log-fetch.ts")).logFetch, options));
  log
    .command("compare")
    .description("hold the logs of several instances against one another: decisions on what another had left behind, and that do not say so")
    .requiredOption("--log <dir...>", "folders of their logs, two or more")
    .option("--key <file...>", "public keys that are trusted, in the order of the logs (default: log.pub in each folder)")
    .requiredOption("--bound-ms <n>", "how old a snapshot may be before a decision has to say so", wholeNumber)
    .option("--skew-ms <n>", "how far the clocks of two instances may differ (default: 1000)", wholeNumber)
    .option("--json", "print the result as JSON")
    .action((options: CompareLogsOptions) => run(logCompare, options));
}

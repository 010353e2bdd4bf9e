import type { Command } from "commander";

import type { DecisionCommandOptions, DecisionsOptions } from "../commands/decisions.ts";
import type { FeedbackOptions } from "../commands/feedback.ts";
import type { KeyOptions, MakeKeyOptions } from "../commands/key.ts";
import type { PolicyOptions } from "../commands/policy.ts";
import type { WatchOption } from "../watch/watch.ts";
import type { Run } from "./add-decisions.ts";
import { names, watched, wholeNumber } from "./options.ts";

/** `decisions`, `decision`, `key`, `policy` and `feedback`: what is asked of a gateway that runs. All are loaded when they are used. */
export function addRemote(program: Command, run: Run): void {
  watched(remote(program.command("decisions").description("list the newest decisions of a running gateway"), "a key of the gateway"))
    .option("--limit <n>", "how many, at most 200 (default: 20)", wholeNumber)
    .option("--service <id>", "those for which this service was chosen")
    .option("--outcome <chosen|refused>", "those that ended like this")
    .option("--tenant <tenant>", "those of this tenant; for admins (default: of all)")
    .option("--before <index>", "those before this index of the log", wholeNumber)
    .action(async (options: DecisionsOptions) => run((await import("../commands/decisions.ts")).decisions, options));
  remote(program.command("decision").description("explain a decision of a running gateway, from its receipt").argument("<decision>", "its id, or how it begins"), "a key of the gateway")
    .option("--bundle <file>", "write the receipt to this file, and the gateway's public key beside it as .pub")
    .action(async (id: string, options: Omit<DecisionCommandOptions, "id">) => run((await import("../commands/decisions.ts")).decision, { ...options, id }));
  const key = program.command("key").description("list, make, rotate and revoke the API keys of a running gateway");
  watched(remote(key.command("list").description("list all keys; none can be used from what is shown"))).action(async (options: KeyOptions & WatchOption) => run((await import("../commands/key.ts")).listKeys, options));
  remote(key.command("make").description("make a key, which is shown this once"))
    .requiredOption("--subject <name>", "whom it stands for")
    .requiredOption("--tenant <tenant>", "whose services it may use")
    .option("--permission <names>", "permissions, with commas between them", names)
    .option("--trust <n>", "0 to 10 (default: 0)", wholeNumber)
    .option("--region <region>", "where the caller is")
    .option("--days <n>", "it ends after so many days (default: never)", wholeNumber)
    .option("--budget-day <amount>", "it may spend so much a UTC day, in the policy's currency")
    .option("--budget-month <amount>", "it may spend so much a UTC month")
    .option("--per-minute <n>", "requests a minute", wholeNumber)
    .option("--concurrent <n>", "requests at once", wholeNumber)
    .option("--out <file>", "write the key to a new file (mode 0600) instead of showing it")
    .action(async (options: MakeKeyOptions) => run((await import("../commands/key.ts")).makeKey, options));
  watched(remote(key.command("usage").description("show what a key with a budget spent this day and month").argument("<key>", "id of the key"))).action(async (id: string, options: KeyOptions & WatchOption) => run((await import("../commands/key.ts")).showUsage, { ...options, id }));
  remote(key.command("rotate").description("make another key with the same rights and limits, and end this one").argument("<key>", "id of the key"))
    .option("--out <file>", "write the key to a new file (mode 0600) instead of showing it")
    .action(async (id: string, options: KeyOptions & { out?: string }) => run((await import("../commands/key.ts")).rotateKey, { ...options, id }));
  remote(key.command("revoke").description("end keys for good").argument("<key...>", "ids of keys")).action(async (ids: string[], options: KeyOptions) => run((await import("../commands/key.ts")).revokeKeys, { ...options, ids }));
  addPolicy(program, run);
  remote(program.command("feedback").description("say what a decision was worth, for the gateway to learn from").argument("<decision>", "id of the decision: the header caio-decision-id of an answer"), "a key that asked for it, or has the permission caio.feedback")
    .option("--thumb <up|down>", "good or bad")
    .option("--score <number>", "a decimal from 0 to 1")
    .option("--verdict <pass|fail|abstain>", "what a judge says")
    .option("--judge <id>", "the id of that judge")
    .option("--aspect <aspect>", "what it is about (default: quality, which alone is learned from)")
    .option("--attempt <n>", "which attempt is meant", wholeNumber)
    .option("--name <name>", "the same under the same name is said once")
    .action(async (decisionId: string, options: Omit<FeedbackOptions, "decisionId">) => run((await import("../commands/feedback.ts")).giveFeedback, { ...options, decisionId }));
}

function addPolicy(program: Command, run: Run): void {
  const policy = program.command("policy").description("list, export and import the policies of a running gateway");
  remote(policy.command("list").description("list the policies in force")).action(async (options: PolicyOptions) => run((await import("../commands/policy.ts")).listPolicies, options));
  remote(policy.command("export").description("write the policies in force as one document"))
    .option("--out <file>", "write them to this file (default: standard output)")
    .action(async (options: PolicyOptions & { out?: string }) => run((await import("../commands/policy.ts")).exportPolicies, options));
  remote(policy.command("import").description("put the policies of such a document into force, all or none").argument("<file>", "what export wrote"))
    .action(async (file: string, options: PolicyOptions) => run((await import("../commands/policy.ts")).importPolicies, { ...options, file }));
}

function remote(command: Command, key = "the key of an admin"): Command {
  return command
    .option("--url <url>", "address of the gateway (default: CAIO_URL, else http://127.0.0.1:8080)")
    .option("--key-file <file>", `file that holds ${key} (default: the key in CAIO_KEY)`)
    .option("--json", "print the result as JSON");
}

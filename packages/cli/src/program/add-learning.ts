import type { Command } from "commander";

import type { WhatIfOptions } from "../commands/whatif.ts";
import type { Run } from "./add-decisions.ts";

/** `whatif`: loaded when it is used, since it loads the databases. */
export function addLearning(program: Command, run: Run): void {
  past(program.command("whatif").description("what other weights would have done with the decisions of a log: reward, cost and latency, with intervals"))
    .argument("[policy]", "the policy that is asked about; it may differ in weights and exploration")
    .option("--weights <list>", "weights in place of the policy's, or of those that decided: cost=0.4,intent=0.1")
    .option("--json", "print the answer as JSON")
    .action(async (policy: string | undefined, options: Omit<WhatIfOptions, "policy">) => run((await import("../commands/whatif.ts")).whatif, { ...options, policy }));
}

function past(command: Command): Command {
  return command
    .option("--store <file>", "the caio.db of a gateway that does not run, or of a copy")
    .option("--postgres-env <variable>", "the variable that holds the address of a database")
    .option("--schema <name>", "the schema in the database (default: caio)")
    .option("--instance <name>", "in a database: whose log")
    .option("--since <time>", "decisions from this time on (2026-01-31, 2026-01-31T12:00:00Z) or of this age (7d, 12h, 30m)")
    .option("--until <time>", "decisions before this time or age")
    .option("--tenant <tenant>", "decisions of this tenant alone")
    .option("--reward <name>", "what a decision is worth: outcome (did the call succeed), or an aspect of feedback, such as quality (default: outcome)");
}

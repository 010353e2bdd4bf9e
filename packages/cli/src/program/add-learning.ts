import type { Command } from "commander";

import type { LearnOptions } from "../commands/learn.ts";
import type { TuneOptions } from "../commands/tune.ts";
import type { WhatIfOptions } from "../commands/whatif.ts";
import type { Run } from "./add-decisions.ts";
import { names, wholeNumber } from "./options.ts";

/** `learn`, `whatif` and `tune`: loaded when they are used, since they load the databases. */
export function addLearning(program: Command, run: Run): void {
  past(program.command("whatif").description("what other weights would have done with the decisions of a log: reward, cost and latency, with intervals"))
    .argument("[policy]", "the policy that is asked about; it may differ in weights and exploration")
    .option("--weights <list>", "weights in place of the policy's, or of those that decided: cost=0.4,intent=0.1")
    .option("--json", "print the answer as JSON")
    .action(async (policy: string | undefined, options: Omit<WhatIfOptions, "policy">) => run((await import("../commands/whatif.ts")).whatif, { ...options, policy }));
  program
    .command("learn")
    .description("fit what services are worth, request by request, on labelled outcomes, for a gateway's learning.model")
    .requiredOption("--outcomes <file>", "labelled outcomes: CSV (prompt,<model>,…) or JSON ([{question, scores}])")
    .requiredOption("--models <file>", "prices of its models, JSON ({model: {input_price, output_price}})")
    .requiredOption("--contracts <dir>", "the services that its models are of, found by model, service, or service/model")
    .requiredOption("--out <file>", "write the model to this file")
    .option("--encoder <name>", "hashing, use, or the configuration of a gateway, whose encoder it is then (default: hashing)")
    .option("--neighbours <n>", "how many past cases a request asks (default: what would have erred least)", wholeNumber)
    .option("--json", "print what was learned as JSON")
    .action(async (options: LearnOptions) => run((await import("../commands/learn.ts")).learn, options));
  past(program.command("tune").description("find the weights that are worth most at a stated trade of money for quality, and judge them on decisions that they were not tuned on"))
    .argument("[policy]", "the policy that tuning begins with (default: the one that decided last)")
    .requiredOption("--trade <money>", "what a point of quality is worth, in the policy's currency: an answer that is right instead of wrong")
    .option("--outcomes <file>", "tune on labelled outcomes instead of a log: CSV (prompt,<model>,…) or JSON ([{question, scores}])")
    .option("--models <file>", "with --outcomes: prices of its models, JSON ({model: {input_price, output_price}})")
    .option("--contracts <dir>", "with --outcomes: the services that its prompts are decided among")
    .option("--request <file>", "with --outcomes: a request; each prompt is put in place of its intent's text")
    .option("--principal <file>", "with --outcomes: who asks (default: anonymous)")
    .option("--history <file>", "with --outcomes: what was learned before (default: nothing)")
    .option("--encoder <name>", "with --outcomes: hashing, use, or the configuration of a gateway, whose encoder it is then (default: hashing)")
    .option("--vary <names>", "weights that may change, with commas between them (default: all)", names)
    .option("--tries <n>", "weights drawn by chance before the best are improved (default: 400)", wholeNumber)
    .option("--seed <n>", "the chance: one seed, one result (default: 1)", wholeNumber)
    .option("--out <file>", "write the weights as a piece of a policy")
    .option("--svg <file>", "write the Pareto front as a picture")
    .option("--json", "print what was found as JSON")
    .action(async (policy: string | undefined, options: Omit<TuneOptions, "policy">) => run((await import("../commands/tune.ts")).tune, { ...options, policy }));
}

function past(command: Command): Command {
  return command
    .option("--store <file>", "the caio.db of a gateway that does not run, or of a copy")
    .option("--postgres-env <variable>", "the variable that holds the address of a database")
    .option("--schema <name>", "the schema in the database (default: caio)")
    .option("--instance <name>", "in a database: whose log")
    .option("--url <url>", "address of a gateway that runs, of which a copy is taken (default: CAIO_URL, else http://127.0.0.1:8080)")
    .option("--key-file <file>", "file that holds a key with caio.backup or caio.admin (default: the key in CAIO_KEY)")
    .option("--since <time>", "decisions from this time on (2026-01-31, 2026-01-31T12:00:00Z) or of this age (7d, 12h, 30m)")
    .option("--until <time>", "decisions before this time or age")
    .option("--tenant <tenant>", "decisions of this tenant alone")
    .option("--reward <name>", "what a decision is worth: outcome (did the call succeed), or an aspect of feedback, such as quality (default: outcome)");
}

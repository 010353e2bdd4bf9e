import type { Command } from "commander";

import type { JsonOption, RunCommand } from "../commands/command-context.ts";
import { explain, type ExplainOptions } from "../commands/explain.ts";
import { plan, type PlanOptions } from "../commands/plan.ts";
import { route, type RouteOptions } from "../commands/route.ts";
import { names, wholeNumber } from "./options.ts";

/** Runs a command with its options. */
export type Run = <Options extends JsonOption>(command: RunCommand<Options>, options: Options) => Promise<void>;

/** `route`, `plan` and `explain`. */
export function addDecisions(program: Command, run: Run): void {
  const routing = program
    .command("route")
    .description("decide which service takes a request; execute nothing")
    .argument("<request>", "request document, YAML or JSON");
  addProof(addInputs(addDocuments(routing)), { bundle: "the decision", log: "the decision", paths: "paths" })
    .option("--world <file>", "write all that a replay needs; it holds the request whole and the decision key (mode 0600)")
    .option("--json", "print the whole decision as JSON")
    .action((request: string, options: Omit<RouteOptions, "request">) => run(route, { ...options, request }));
  const planning = program
    .command("plan")
    .description("choose the services of all steps of a plan at once, within the limits of the whole; execute nothing")
    .argument("<plan>", "plan document, YAML or JSON");
  addProof(addInputs(addDocuments(planning)), { bundle: "the plan and the decisions of its steps", log: "the decisions and the plan", paths: "paths of the steps' requests" })
    .option("--json", "print the plan's certificate as JSON")
    .action((document: string, options: Omit<PlanOptions, "plan">) => run(plan, { ...options, plan: document }));
  const explaining = program
    .command("explain")
    .description("explain a decision in full: that of a request, or that of a bundle")
    .argument("<file>", "request document, or bundle")
    .option("--contracts <dir>", "of a request: folder of contracts")
    .option("--policy <file>", "of a request: the base policy");
  addInputs(explaining)
    .option("--key <file>", "of a bundle: the public key that must have signed it")
    .option("--world <file>", "of a bundle: its world, which tells exactly what would have changed it")
    .option("--json", "print the explanation as JSON")
    .action((file: string, options: Omit<ExplainOptions, "file">) => run(explain, { ...options, file }));
}

function addDocuments(command: Command): Command {
  return command.requiredOption("--contracts <dir>", "folder of contracts").requiredOption("--policy <file>", "the base policy");
}

/** What becomes of a decision that can be proved. */
function addProof(command: Command, { bundle, log, paths }: { readonly bundle: string; readonly log: string; readonly paths: string }): Command {
  return command
    .option("--bundle <file>", `write ${bundle} as a bundle that anyone can check, and the public key beside it as .pub`)
    .option("--log <dir>", `append ${log} to the log in this folder, made if it is not there`)
    .option("--key <file>", "signing key, PEM (PKCS#8, Ed25519); made if it is not there (mode 0600)")
    .option("--origin <name>", "name of the log (default: that of the log, or caio.local/cli)")
    .option("--disclose <paths>", `open these ${paths} in the bundle as well, with commas between them`, names)
    .option("--withhold <paths>", "withhold these paths from the bundle", names);
}

function addInputs(command: Command): Command {
  return command
    .option("--policies <dir>", "policies that the request may name (default: policies/ beside the policy)")
    .option("--principal <file>", "who asks (default: anonymous, tenant \"default\", no permissions, trust 0)")
    .option("--encoder <name>", "what texts are encoded with: hashing (default), use, or the configuration of a gateway, as that says")
    .option("--history <file>", "what was learned before (default: nothing)")
    .option("--now <ms>", "the time, milliseconds since 1970 (default: now)", wholeNumber)
    .option("--test-key <n>", "decide (and sign) with a published key instead of a random one, and mark the decision as a test", wholeNumber);
}

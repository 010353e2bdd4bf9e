import type { Command } from "commander";

import { discover, type DiscoverOptions } from "../commands/discover.ts";
import { validate, type ValidateOptions } from "../commands/validate.ts";
import type { Run } from "./add-decisions.ts";
import { watched } from "./options.ts";

/** `validate` and `discover`. */
export function addDocuments(program: Command, run: Run): void {
  program
    .command("validate")
    .description("check contracts, requests, policies, principals, histories and plans; their keys say which is which")
    .argument("<document...>", "YAML or JSON files")
    .option("--properties <file>", "definitions of a team's own properties (default: the properties that everyone knows)")
    .option("--json", "print the findings as JSON")
    .action((files: string[], options: Omit<ValidateOptions, "files">) => run(validate, { ...options, files }));
  watched(program.command("discover"))
    .description("list the services of a folder of contracts, or those of a running gateway")
    .option("--contracts <dir>", "folder of contracts (default: the services of a running gateway)")
    .option("--capability <type>", "a capability type, or its beginning up to a dot")
    .option("--tag <tag>", "a tag")
    .option("--category <category>", "a category")
    .option("--text <words>", "anywhere in id, name, description, provider, tags or capability types")
    .option("--tenant <tenant>", "of a folder: whose view (default: \"default\")")
    .option("--url <url>", "address of the gateway (default: CAIO_URL, else http://127.0.0.1:8080)")
    .option("--key-file <file>", "file that holds a key of the gateway (default: the key in CAIO_KEY)")
    .option("--json", "print the contracts as JSON")
    .action((options: DiscoverOptions) => run(discover, options));
}

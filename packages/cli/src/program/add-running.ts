import { Option, type Command } from "commander";

import type { DemoOptions } from "../commands/demo.ts";
import type { DevOptions } from "../commands/dev.ts";
import type { DoctorOptions } from "../commands/doctor.ts";
import type { InitOptions } from "../commands/init.ts";
import type { ServeOptions } from "../commands/serve.ts";
import { PERSONAL, STYLES } from "../init/wanted-policy.ts";
import type { Run } from "./add-decisions.ts";
import { wholeNumber } from "./options.ts";

/** `init`, `doctor`, `serve`, `dev` and `demo`: a gateway before it runs, and running. All are loaded when they are used: a gateway takes a second. */
export function addRunning(program: Command, run: Run): void {
  addInit(program, run);
  addDoctor(program, run);
  addServe(program, run);
  addDev(program, run);
  addDemo(program, run);
}

function addInit(program: Command, run: Run): void {
  const each = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];
  program
    .command("init")
    .description("write a folder that caio serve runs; asks what shall be behind the gateway, or takes it from the options")
    .argument("[folder]", "where to; made if it is not there", ".")
    .option("--openai <service>", "an OpenAI-compatible API: NAME=BASE_URL[,model=MODEL][,key=VARIABLE][,region=eu][,price=IN/OUT]; may be repeated", each)
    .option("--http <service>", "an HTTP service: NAME=URL[,capability=TYPE][,key=VARIABLE][,region=eu]; may be repeated", each)
    .option("--mcp <service>", "an MCP server: NAME=URL or NAME=COMMAND, then ,tools=NAME|NAME[,key=VARIABLE]; may be repeated", each)
    .option("--port <n>", "where the gateway listens (default: 8080)", wholeNumber)
    .addOption(new Option("--style <style>", "what counts most when several services will do (default: balanced)").choices(STYLES))
    .addOption(new Option("--personal <where>", "where texts with personal data may go (default: here, this machine)").choices(PERSONAL))
    .option("--region <region>", "with --personal region: which one, as contracts name it (default: eu)")
    .option("--budget <usd>", "the most that one request may cost (default: no limit)")
    .option("--yes", "ask nothing")
    .option("--json", "print what was written as JSON")
    .action(async (folder: string, options: Omit<InitOptions, "folder">) => run((await import("../commands/init.ts")).init, { ...options, folder }));
}

function addDoctor(program: Command, run: Run): void {
  program
    .command("doctor")
    .description("look at this machine, the folder of a gateway and what it needs, and say what is wrong and what to do")
    .argument("[folder]", "the folder", ".")
    .option("--config <file>", "the configuration (default: caio.yaml in the folder)")
    .option("--env-file <file>", "variables that secrets refer to, NAME=VALUE a line; those of the process count before them")
    .option("--url <url>", "look at this gateway, which runs, instead of the one of the configuration")
    .option("--timeout <ms>", "for each service and each question, milliseconds (default: 5000)", wholeNumber)
    .option("--json", "print the findings as JSON")
    .action(async (folder: string, options: Omit<DoctorOptions, "folder">) => run((await import("../commands/doctor.ts")).doctor, { ...options, folder }));
}

function addServe(program: Command, run: Run): void {
  program
    .command("serve")
    .description("run the gateway until it is told to stop")
    .option("--config <file>", "the configuration (default: caio.yaml)")
    .option("--instance <name>", "name of this one of several instances over one database (default: the configuration's)")
    .option("--env-file <file>", "variables that secrets refer to, NAME=VALUE a line; those of the process count before them")
    .option("--admin-key-file <file>", "write the key of the first start to this new file (mode 0600) instead of showing it")
    .addOption(new Option("--encoder <name>", "what texts are encoded with, instead of the configuration's").choices(["hashing", "use"]))
    .option("--port <n>", "listen on this port instead of the configuration's; 0: any that is free", wholeNumber)
    .option("--json", "print the address and the first key as one line of JSON")
    .action(async (options: ServeOptions) => run((await import("../commands/serve.ts")).serve, options));
}

function addDev(program: Command, run: Run): void {
  program
    .command("dev")
    .description("serve a folder while it is worked on: what is saved is checked, held against recent decisions, and put into force")
    .argument("[folder]", "the folder", ".")
    .option("--port <n>", "listen on this port instead of the configuration's; 0: any that is free", wholeNumber)
    .option("--env-file <file>", "variables that secrets refer to, NAME=VALUE a line; those of the process count before them")
    .option("--memory", "keep nothing (default: caio-data/dev in the folder)")
    .option("--last <n>", "how many recent decisions are decided again (default: 50)", wholeNumber)
    .action(async (folder: string, options: Omit<DevOptions, "folder">) => run((await import("../commands/dev.ts")).dev, { ...options, folder }));
}

function addDemo(program: Command, run: Run): void {
  program
    .command("demo")
    .description("serve the example services through a gateway until told to stop")
    .option("--once", "play all scenarios through them instead, and end")
    .option("--port <n>", "where the gateway listens (default: 8080; 0: any that is free)", wholeNumber)
    .option("--examples <dir>", "folder of the built examples (default: examples)")
    .option("--json", "print what happened as JSON")
    .action(async (options: DemoOptions) => run((await import("../commands/demo.ts")).demo, options));
}

// The command
export { runCaio } from "./program.ts";
export { exitCodes, type ExitCode } from "./exit-code.ts";
export type { CommandContext } from "./commands/command-context.ts";
export type { Terminal } from "./terminal.ts";

// Parts of it that programs use as well
export { loadRegistry, registrationOf } from "./load/contracts-folder.ts";
export { loadPolicies } from "./load/policies.ts";
export { testSigningKey } from "./proof/signing-key.ts";
export { systemClock, systemDoor } from "@caio/adapters/system";
export { testKeyOf } from "./system/decision-key.ts";
export { validateText, type DocumentReport } from "./validate/validate-text.ts";

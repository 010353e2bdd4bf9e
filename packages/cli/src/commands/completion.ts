import { z } from "zod";

import { bashScript } from "../completion/bash-script.ts";
import type { CommandNode } from "../completion/command-tree.ts";
import { fishScript } from "../completion/fish-script.ts";
import { zshScript } from "../completion/zsh-script.ts";
import { exitCodes } from "../exit-code.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

/** The shells that are known. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

export interface CompletionOptions extends JsonOption {
  readonly shell: (typeof SHELLS)[number];
  /** What there is to complete. */
  readonly root: CommandNode;
}

/** `caio completion SHELL`: prints the script by which a shell completes this command. */
export const completion: RunCommand<CompletionOptions> = ({ shell, root }, { terminal }) => {
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
  terminal.write(scripts[shell](root));
  return Promise.resolve(exitCodes.ok);
};

export interface CompletionIdsOptions extends JsonOption {
  readonly of: "decisions" | "keys";
}

/** How long somebody who pressed Tab waits, milliseconds. */
const PATIENCE_MS = 1500;
const answers = {
  decisions: z.object({ decisions: z.array(z.object({ id: z.string().regex(/^[0-9a-f]{64}$/) })) }).transform(({ decisions }) => decisions.map((each) => each.id)),
  keys: z.object({ keys: z.array(z.object({ key_id: z.string().regex(/^[0-9a-f]{16}$/) })) }).transform(({ keys }) => keys.map((each) => each.key_id)),
};

/** What a running gateway knows, a line each, for whoever pressed Tab: nothing if it cannot be asked, and never an error. */
export const completionIds: RunCommand<CompletionIdsOptions> = async ({ of }, { terminal, environment = {} }) => {
  try {
    const { GatewayClient } = await import("../remote/gateway-client.ts");
    const client = await GatewayClient.open({}, { environment, signal: terminal.signal });
    const ids = await client.ask("GET", `/${of}`, answers[of], undefined, PATIENCE_MS);
    terminal.write(ids.map((id) => `${id}\n`).join(""));
  } catch {
    // A line between what somebody types would help nobody.
  }
  return exitCodes.ok;
};

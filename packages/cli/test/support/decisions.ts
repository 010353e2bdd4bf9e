import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { caio, example, exampleOptions, type CommandRun } from "./run-command.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** The names of all example requests. */
export const requestNames: readonly string[] = readdirSync(example("requests")).map((file) => file.replace(/\.json$/, ""));

/** What an example request is decided with; its principal has its name where it is not the default one. */
export function inputsOf(name: string, testKey = 7): readonly string[] {
  const own = example(`principals/${name}.json`);
  const principal = existsSync(own) ? own : example("principals/default.json");
  return [example(`requests/${name}.json`), ...exampleOptions, "--principal", principal, "--now", "1764000000000", "--test-key", String(testKey)];
}

/** A decision with its files. */
export interface Kept {
  readonly folder: string;
  readonly bundle: string;
  readonly key: string;
  readonly world: string;
  readonly run: CommandRun;
}

/** Routes an example request with bundle and world in a folder of its own. */
export async function kept(name: string, ...more: readonly string[]): Promise<Kept> {
  const folder = await temporaryFolder({});
  const [bundle, world] = [join(folder, "decision.caio.json"), join(folder, "decision.world.json")];
  const run = await caio("route", ...inputsOf(name), "--bundle", bundle, "--world", world, ...more);
  return { folder, bundle, key: `${bundle}.pub`, world, run };
}

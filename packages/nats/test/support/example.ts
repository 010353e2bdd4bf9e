import { readFileSync } from "node:fs";

export const EXAMPLES = new URL("../examples/", import.meta.url);

/** The text of an example whose types are checked, as a reader writes it. */
export function example(name: string): string {
  return readFileSync(new URL(`${name}.ts`, EXAMPLES), "utf8").replace("\n\nimport", "\nimport").replace("../../src/index.ts", "@caio/nats");
}

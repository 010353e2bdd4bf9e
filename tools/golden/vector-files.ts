import type { JsonValue } from "@caio/core";

import { exampleVectors, vectorFile } from "./example-vectors.ts";
import { goldenKeys } from "./golden-bundle.ts";
import { goldenWorlds, type GoldenWorld } from "./golden-worlds.ts";

/** How many worlds are published. */
export const GOLDEN_COUNT = 200;
/** Worlds in one file. */
const PER_FILE = 20;

/**
 * The files of the golden worlds: JSON arrays, one world a line, so that a change shows as one line; a bundle a world; and the
 * public key of their operator.
 */
export async function goldenFiles(): Promise<ReadonlyMap<string, string>> {
  const worlds = await goldenWorlds(GOLDEN_COUNT);
  const files = new Map<string, string>([["golden/test-key.pub", goldenKeys.verifiersText()]]);
  for (let start = 0; start < worlds.length; start += PER_FILE) {
    files.set(`golden/worlds-${numbered(start)}.json`, linesOf(worlds.slice(start, start + PER_FILE)));
  }
  for (const [index, { bundle }] of worlds.entries()) files.set(`golden/bundles/${numbered(index)}.caio.json`, `${bundle}\n`);
  return files;
}

/** The files of the examples' normalised forms. */
export function exampleFiles(): Promise<ReadonlyMap<string, string>> {
  return Promise.resolve(new Map(exampleVectors().map((vector) => [`contracts/${vectorFile(vector)}`, pretty(vector)])));
}

function numbered(index: number): string {
  return String(index).padStart(3, "0");
}

function linesOf(worlds: readonly GoldenWorld[]): string {
  return `[\n${worlds.map(({ world, logged, expected }) => JSON.stringify({ world, logged, expected })).join(",\n")}\n]\n`;
}

function pretty(value: { readonly wire: JsonValue }): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

import type { JsonValue } from "@caio/core";

import { exampleVectors, vectorFile } from "./example-vectors.ts";
import { goldenWorlds, type GoldenWorld } from "./golden-worlds.ts";

/** How many worlds are published. */
export const GOLDEN_COUNT = 200;
/** Worlds in one file. */
const PER_FILE = 20;

/** Every published vector: path within docs/vectors and text. */
export function vectorFiles(): ReadonlyMap<string, string> {
  return new Map([...goldenFiles(), ...exampleFiles()]);
}

/** The files of the golden worlds: JSON arrays, one world a line, so that a change shows as one line. */
export function goldenFiles(): ReadonlyMap<string, string> {
  const worlds = goldenWorlds(GOLDEN_COUNT);
  const files = new Map<string, string>();
  for (let start = 0; start < worlds.length; start += PER_FILE) {
    const name = `golden/worlds-${String(start).padStart(3, "0")}.json`;
    files.set(name, linesOf(worlds.slice(start, start + PER_FILE)));
  }
  return files;
}

/** The files of the examples' normalised forms. */
export function exampleFiles(): ReadonlyMap<string, string> {
  return new Map(exampleVectors().map((vector) => [`contracts/${vectorFile(vector)}`, pretty(vector)]));
}

function linesOf(worlds: readonly GoldenWorld[]): string {
  return `[\n${worlds.map((world) => JSON.stringify(world)).join(",\n")}\n]\n`;
}

function pretty(value: { readonly wire: JsonValue }): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

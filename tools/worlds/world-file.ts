import type { JsonObject } from "@caio/core";

import type { World } from "../reference/world.ts";

/** The version of the form; it changes when a type of the world does. */
const VERSION = 1;

/** A world as plain JSON: the typed values as they are, camelCase, every number in full. */
export function toWorldFile(world: World): JsonObject {
  const { services, policy, history, request, freshness } = world;
  return JSON.parse(JSON.stringify({ caioWorld: VERSION, services, policy, history, request, freshness })) as JsonObject;
}

/**
 * The world of a file that `toWorldFile` made. It is trusted: a file that people edited goes through the parsers of
 * the packages instead.
 *
 * @throws Error if it is of another version.
 */
export function fromWorldFile(file: JsonObject): World {
  if (file["caioWorld"] !== VERSION) {
    throw new Error(`Found world file version ${JSON.stringify(file["caioWorld"] ?? null)}, expected ${String(VERSION)}.`);
  }
  const { services, policy, history, request, freshness } = structuredClone(file) as unknown as World;
  return { services, policy, history, request, ...(freshness === undefined ? {} : { freshness }) };
}

import { CaioError, fromHex, toHex } from "@caio/core";
import type { Request } from "@caio/contracts";
import type { DisclosedValue } from "@caio/traceability";

import { committedValues } from "../committed-values.ts";
import { derive } from "../identity.ts";

/** What no check of a decision needs, and what says most about a person: withheld unless asked for (certificate §2). */
export const withheldPaths = ["intent.text", "context", "data.payload", "name", "principal.subject"] as const;

/** Which paths of a request a bundle opens; default: all but `withheldPaths`. */
export interface Disclosure {
  /** Paths of `withheldPaths` to open all the same. */
  readonly more?: readonly string[];
  /** Paths to withhold, whatever else is said. The checks that need them are reported as withheld. */
  readonly withhold?: readonly string[];
}

/**
 * The values of the opened paths with their salts (certificate §4). What is absent from the request has nothing to open.
 *
 * @throws CaioError `NotFound` for a path that requests do not have.
 */
export function discloseValues(request: Request, { more = [], withhold = [] }: Disclosure = {}): Readonly<Record<string, DisclosedValue>> {
  const values = committedValues(request);
  for (const path of [...more, ...withhold]) if (!Object.hasOwn(values, path)) throw unknown(path, Object.keys(values));
  const hidden = new Set<string>([...withheldPaths.filter((path) => !more.includes(path)), ...withhold]);
  const key = fromHex(request.decisionKey);
  const opened = Object.entries(values).filter(([path, value]) => value !== null && !hidden.has(path));
  return Object.fromEntries(opened.map(([path, value]) => [path, { salt: toHex(derive(key, "salt", path)), value }]));
}

function unknown(found: string, known: readonly string[]): CaioError<"NotFound"> {
  const expected = [...known].sort();
  return new CaioError("NotFound", `Found path ${JSON.stringify(found.slice(0, 60))}, expected one of ${expected.join(", ")}.`, {
    details: { found: found.slice(0, 60), expected },
  });
}

import { isObject, type Json } from "@caio/verifier";

import type { Receipt } from "./receipt.ts";

/** One path of the request as a receipt shows it: opened with its value, committed to but withheld, or not said at all (docs/certificate.md §4). */
export interface RequestPath {
  readonly path: string;
  readonly state: "opened" | "withheld" | "unsaid";
  /** Of an opened path. */
  readonly value: Json;
}

/** Every path of the request, in order. */
export function requestPathsOf({ certificate, disclosed }: Receipt): readonly RequestPath[] {
  return Object.entries(certificate.request.paths).sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, commitment]) => {
    if (commitment === null) return { path, state: "unsaid", value: null };
    return Object.hasOwn(disclosed, path) ? { path, state: "opened", value: disclosed[path] ?? null } : { path, state: "withheld", value: null };
  });
}

/** The value of a path: null where it is not said, undefined where it is withheld. */
export function valueAt({ certificate, disclosed }: Pick<Receipt, "certificate" | "disclosed">, path: string): Json | undefined {
  if ((certificate.request.paths[path] ?? null) === null) return null;
  return Object.hasOwn(disclosed, path) ? disclosed[path] : undefined;
}

/** A whole number at a path, likewise. */
export function numberAt(receipt: Pick<Receipt, "certificate" | "disclosed">, path: string): number | null | undefined {
  const value = valueAt(receipt, path);
  return typeof value === "number" || value === undefined ? value : null;
}

/** A list of texts; empty where it is not said, undefined where it is withheld. */
export function textsAt(receipt: Pick<Receipt, "certificate" | "disclosed">, path: string): readonly string[] | undefined {
  const value = valueAt(receipt, path);
  return value === undefined ? undefined : textsOf(value);
}

/** The texts of a list; nothing else counts as one. */
export function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item: unknown) => typeof item === "string") : [];
}

/** A member of an object; undefined where there is none. */
export function memberOf(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** What of the request is withheld, as one sentence; undefined if nothing is. */
export function withheldText(receipt: Receipt): string | undefined {
  const withheld = requestPathsOf(receipt).filter(({ state }) => state === "withheld").map(({ path }) => path);
  return withheld.length === 0 ? undefined : `Withheld in this receipt: ${withheld.join(", ")}. They are committed to, so that they cannot be changed later.`;
}

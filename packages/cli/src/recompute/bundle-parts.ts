import { isObject, parseJson, type Json, type JsonObject } from "@caio/verifier";

/** What a bundle states, as JSON that nothing has been proved of. */
export interface BundleStated {
  readonly predicate: JsonObject;
  readonly certificate: JsonObject;
}

/** The predicate and the certificate of a bundle; undefined for what is no bundle, of which the verifier's report says why. Never throws. */
export function bundleStated(bytes: Uint8Array): BundleStated | undefined {
  try {
    const payload = member(parseJson(Buffer.from(bytes).toString("utf8")), "payload");
    if (typeof payload !== "string") return undefined;
    const predicate = member(parseJson(Buffer.from(payload, "base64").toString("utf8")), "predicate");
    const certificate = member(predicate, "certificate");
    return isObject(predicate) && isObject(certificate) ? { predicate, certificate } : undefined;
  } catch {
    return undefined;
  }
}

/** A member of an object, or an item of a list; null where there is none. */
export function member(value: Json | undefined, ...path: readonly (string | number)[]): Json {
  let at: unknown = value ?? null;
  for (const key of path) at = typeof at === "object" && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : null;
  return (at ?? null) as Json;
}

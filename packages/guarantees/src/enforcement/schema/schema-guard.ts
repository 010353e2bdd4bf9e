import { CaioError, canonicalJson, type JsonObject, type JsonValue } from "@caio/core";

import { longestSafeText } from "./safe-pattern.ts";
import { subschemasOf } from "./subschemas.ts";

/** Limits of a schema that somebody else wrote. */
const MAX_TEXT = 64 * 1024;
const MAX_DEPTH = 64;
const MAX_ENUM = 1000;
const MAX_UNIQUE = 1000;

/** Put into every subschema, so that the work of validating can be counted and stopped. */
export const FUEL_KEYWORD = "x-caio-fuel";

const REFUSED = ["$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef", "$vocabulary", "__proto__"];
const DRAFT_07 = /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/;
const DRAFT_2020 = /^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

/** A schema that is safe to compile. */
export interface GuardedSchema {
  readonly dialect: "draft-07" | "2020-12";
  readonly schema: JsonObject;
}

/**
 * A copy of an output schema that is safe to compile and to run, with the fuel keyword in every subschema.
 *
 * Refused: over 64 KiB or depth 64; a dialect other than 2020-12 (the default) and draft-07; `$ref` to anything but a
 * subschema of the same document; `$id` below the root, anchors and dynamic references; a `pattern` that could take long
 * (`longestSafeText`); over 1 000 `enum` values; `uniqueItems` without `maxItems` up to 1 000.
 *
 * @throws CaioError `InvalidContract` with the place in the schema.
 */
export function guardSchema(schema: JsonObject): GuardedSchema {
  if (canonicalJson(schema).length > MAX_TEXT) throw refuse("", "a schema over 64 KiB", "a smaller one");
  const dialect = dialectOf(schema["$schema"]);
  const seen = new Set<string>();
  const references: { pointer: string; target: JsonValue }[] = [];
  const visit = (value: JsonValue, pointer: string, depth: number): JsonValue => {
    if (depth > MAX_DEPTH) throw refuse(pointer.slice(0, 100), `depth over ${String(MAX_DEPTH)}`, "a flatter schema");
    seen.add(pointer);
    if (!isObject(value)) return value;
    checkKeywords(value, pointer);
    if (value["$ref"] !== undefined) references.push({ pointer: `${pointer}/$ref`, target: value["$ref"] });
    const copy = subschemasOf(value, pointer, (child, at) => visit(child, at, depth + 1));
    const kept = Object.entries(copy).filter(([keyword]) => keyword !== "$schema" && keyword !== "$id");
    return { ...Object.fromEntries(kept), [FUEL_KEYWORD]: true };
  };
  const guarded = visit(schema, "", 0);
  for (const { pointer, target } of references) {
    if (typeof target !== "string" || !seen.has(localPointer(target) ?? "#")) {
      throw refuse(pointer, "a reference to no subschema of this document", "#, #/$defs/… or #/definitions/…");
    }
  }
  // With a base of its own, `#` means the root wherever it stands.
  return { dialect, schema: { ...(isObject(guarded) ? guarded : {}), $id: "caio:output-schema" } };
}

function checkKeywords(schema: JsonObject, pointer: string): void {
  for (const key of REFUSED) {
    if (Object.hasOwn(schema, key)) throw refuse(`${pointer}/${key}`, key, "a schema without it; use $ref and $defs");
  }
  if (pointer !== "" && schema["$id"] !== undefined) throw refuse(`${pointer}/$id`, "$id below the root", "$ref to #/$defs/…");
  if (typeof schema["pattern"] === "string") checkPattern(schema["pattern"], `${pointer}/pattern`);
  if (isObject(schema["patternProperties"])) {
    for (const pattern of Object.keys(schema["patternProperties"])) checkPattern(pattern, `${pointer}/patternProperties`);
  }
  const choices = schema["enum"];
  if (Array.isArray(choices) && choices.length > MAX_ENUM) {
    throw refuse(`${pointer}/enum`, "over 1000 values", "fewer, or a pattern");
  }
  const { uniqueItems, maxItems } = { uniqueItems: schema["uniqueItems"], maxItems: schema["maxItems"] };
  if (uniqueItems === true && !(typeof maxItems === "number" && maxItems <= MAX_UNIQUE)) {
    throw refuse(`${pointer}/uniqueItems`, "uniqueItems without a bound", "maxItems of at most 1000 beside it");
  }
}

function checkPattern(pattern: string, pointer: string): void {
  if (longestSafeText(pattern) !== undefined) return;
  throw refuse(pointer, "a pattern that could take long", "no repeated groups, lookarounds or back references, few loops");
}

function dialectOf(dialect: JsonValue | undefined): GuardedSchema["dialect"] {
  if (dialect === undefined || (typeof dialect === "string" && DRAFT_2020.test(dialect))) return "2020-12";
  if (typeof dialect === "string" && DRAFT_07.test(dialect)) return "draft-07";
  throw refuse("/$schema", "another dialect", "JSON Schema 2020-12 or draft-07");
}

/** The JSON pointer of a reference within the document, undefined for any other. */
function localPointer(reference: string): string | undefined {
  if (reference === "#") return "";
  if (!reference.startsWith("#/")) return undefined;
  try {
    return decodeURIComponent(reference.slice(1));
  } catch {
    return undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(pointer: string, found: string, expected: string): CaioError<"InvalidContract"> {
  const place = `output_schema${pointer}`;
  return new CaioError("InvalidContract", `At ${place}: found ${found}, expected ${expected}.`, {
    details: { path: place, found, expected },
  });
}

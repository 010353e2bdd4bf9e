import { canonicalJson, type JsonValue } from "@caio/core";

/**
 * JSON for people: keys sorted as canonical JSON sorts them, two spaces a level, lists of numbers on one line. Equal values give
 * equal bytes.
 *
 * @throws CaioError `NotCanonical` for what is no JSON
 */
export function prettyJson(value: object | JsonValue): string {
  const plain = JSON.parse(canonicalJson(value)) as JsonValue;
  return `${written(plain, "")}\n`;
}

function written(value: JsonValue, indent: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (isList(value)) {
    if (value.length === 0) return "[]";
    if (value.every((item) => typeof item === "number")) return JSON.stringify(value);
    return `[\n${value.map((item) => deeper + written(item, deeper)).join(",\n")}\n${indent}]`;
  }
  const members = Object.entries(value).map(([key, member]) => `${deeper}${JSON.stringify(key)}: ${written(member, deeper)}`);
  return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n${indent}}`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

import type { JsonObject, JsonValue } from "@caio/core";

import { router } from "../evaluators.ts";
import { tokensOf } from "../generate/spoil-source.ts";
import type { Plain, SpecCase } from "./cel-spec-cases.ts";
import type { Standing } from "./standing.ts";

/** The first variable of a type becomes the field of that type; a list becomes its literal. */
const FIELDS = { bigint: ["request", "size", "bytes"], string: ["request", "principal", "tenant"], boolean: ["service", "access", "public"] } as const;
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * A case as a condition of a policy. The loader knows three roots and takes bools alone, so variables become fields of the
 * views, a case that gives v becomes `(expression) == v`, and one that fails is compared with a value of each type.
 */
export function onRouter({ expression, bindings, expected }: SpecCase): Standing {
  const { source, views } = bound(expression, bindings);
  if (expected.kind === "value" && typeof expected.value === "boolean") {
    const { kind } = router({ source, scope: "effect", views });
    return kind === "refused" ? { kind: "refused" } : passedIf(kind === String(expected.value), kind);
  }
  const literal = expected.kind === "value" ? literalOf(expected.value) : undefined;
  const others = literal === undefined ? ["0", "''", "[]"].map((value) => `(${source}) == ${value}`) : [`(${source}) == ${literal}`];
  for (const condition of expected.kind === "value" ? others : [source, ...others]) {
    const { kind } = router({ source: condition, scope: "effect", views });
    if (kind !== "refused") return passedIf(kind === (expected.kind === "error" ? "error" : "true"), kind);
  }
  return { kind: "refused" };
}

function passedIf(passes: boolean, found: string): Standing {
  return passes ? { kind: "passed" } : { kind: "wrong", found };
}

function bound(expression: string, bindings: SpecCase["bindings"]): { source: string; views: { request: JsonObject; service: JsonObject; model: JsonObject } } {
  const texts = new Map<string, string>();
  const views: Record<string, Record<string, Record<string, JsonValue>>> = { request: {}, service: {} };
  for (const [name, value] of bindings) {
    const field = typeof value === "object" ? undefined : FIELDS[typeof value as keyof typeof FIELDS];
    const literal = literalOf(value);
    if (field === undefined) texts.set(name, literal ?? name);
    else {
      const [root, outer, inner] = field;
      views[root] = { ...views[root], [outer]: { [inner]: typeof value === "bigint" ? Number(value) : (value as string | boolean) } };
      texts.set(name, field.join("."));
    }
  }
  const tokens = tokensOf(expression);
  const source = tokens.map((token, at) => (tokens[at - 1] === "." || ["true", "false", "null"].includes(token) ? token : (texts.get(token) ?? token))).join("");
  return { source, views: { request: views["request"] ?? {}, service: views["service"] ?? {}, model: {} } };
}

/** A value in the words of the profile; ints past 2^53 − 1 as a product and a sum. Undefined where it has none. */
function literalOf(value: Plain): string | undefined {
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return `"${Array.from(value, (char) => (/^[\w ]$/.test(char) || char.length > 1 ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)).join("")}"`;
  if (typeof value === "bigint") return value >= -SAFE && value <= SAFE ? String(value) : `(${String(value >> 32n)} * 4294967296 + ${String(value & 0xffffffffn)})`;
  if (value instanceof Map || !Array.isArray(value)) return undefined;
  const items = value.map(literalOf);
  return items.includes(undefined) ? undefined : `[${items.join(", ")}]`;
}

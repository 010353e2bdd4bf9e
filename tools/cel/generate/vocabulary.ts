import { conditionScopes, type ConditionScope, type StructType } from "@caio/rules";

import type { Kind } from "./tree.ts";

/** A path that conditions may read; `objects` may only be asked for with has(). */
export interface Field {
  readonly path: string;
  readonly kind: Kind | "object";
  /** The only texts that the field can hold, where they are known. */
  readonly values?: readonly string[];
}

/** Every field of the views, by scope, from the schema of the rules. */
export const fieldsOf: Readonly<Record<ConditionScope, readonly Field[]>> = {
  when: rootsOf("when"),
  effect: rootsOf("effect"),
};

const SAFE = Number.MAX_SAFE_INTEGER;

/** Texts that literals and data share, so that they meet: empty, quotes, escapes, code points of every width. */
export const words: readonly string[] = [
  ...["", "a", "b", "ab", "eu", "eu-west", "us", "personal", "read", "local", "A", "0", "1.2.0", "true"],
  ...["é", "e\u0301", "ß", "\u{1F600}", "\u{1F600}y", "\u0000", "\uffff", "\u2028", "\t", "\n", "'", '"', "\\", "a'b\"c\\", "\\u0041"],
];

/** Ints of the data and of literals: small ones, so that they meet, and the ends of the range. */
export const ints: readonly number[] = [0, 0, 1, 1, 2, 3, 4, 10, -1, -2, 1_000_000, SAFE, -SAFE, SAFE - 1, 1 - SAFE, 4_294_967_296, 3_037_000_500];

/** What lies at the ends of 64 bits and one step beyond, written with ints of the profile. */
export const edges: readonly string[] = [
  "9007199254740991 * 1024 + 1023",
  "9007199254740991 * 1024 + 1024",
  "-9007199254740991 * 1024 - 1024",
  "-9007199254740991 * 1024 - 1025",
  "4294967296 * 2147483648",
  "-4294967296 * 2147483648",
  "3037000500 * 3037000500",
];

/** Names that a variable may have: plain ones, and ones that mean something elsewhere. */
export const variables: readonly string[] = ["x", "y", "z", "item", "size", "has", "all", "map", "int", "string", "type", "dyn", "__result__", "_", "labels", "X1"];

function rootsOf(scope: ConditionScope): readonly Field[] {
  return Object.entries<StructType>(conditionScopes[scope]).flatMap(([root, type]) => below(root, type));
}

function below(path: string, { fields }: StructType): readonly Field[] {
  return Object.entries(fields).flatMap(([name, { type }]): readonly Field[] => {
    const at = `${path}.${name}`;
    if (type.kind === "struct") return [{ path: at, kind: "object" }, ...below(at, type)];
    if (type.kind === "list") return [{ path: at, kind: type.element === undefined ? "strings" : `${type.element.name}s` }];
    return [{ path: at, kind: type.name, ...(type.values !== undefined && { values: type.values }) }];
  });
}

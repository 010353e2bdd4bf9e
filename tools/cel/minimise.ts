import type { JsonObject, JsonValue } from "@caio/core";

import type { Case } from "./evaluators.ts";
import type { RandomCase } from "./generate/random-case.ts";
import { tokensOf } from "./generate/spoil-source.ts";
import { leaf, sourceOf, type Kind, type Tree } from "./generate/tree.ts";

/** Comparisons at most for one minimisation. */
const MAX_TRIES = 4000;
const SIMPLEST: Readonly<Record<Kind, readonly string[]>> = {
  bool: ["true", "false"],
  int: ["0", "1"],
  string: ["''", "'a'"],
  bools: ["[true]", "[]"],
  ints: ["[0]", "[]"],
  strings: ["['a']", "[]"],
};

/**
 * The smallest case found that still shows what `shows` looks for: parts of the condition are replaced by parts of theirs
 * or by literals, then tokens are left out, then values are taken out of the data. Deterministic.
 */
export function minimiseCase(found: RandomCase, shows: (subject: Case) => boolean): Case {
  let left = MAX_TRIES;
  const still = (subject: Case): boolean => left-- > 0 && shows(subject);
  const { scope, views } = found;
  let { source } = found;
  if (found.tree !== undefined) {
    const tree = shrunk(found.tree, smallerTrees, (candidate) => still({ source: sourceOf(candidate), scope, views }));
    source = sourceOf(tree);
  }
  source = shrunk(tokensOf(source), withoutRuns, (tokens) => still({ source: tokens.join(""), scope, views })).join("");
  const { request, service, model } = views;
  const data = shrunk<JsonValue>({ request, service, model }, smallerValues, (value) => still({ source, scope, views: viewsOf(value) }));
  return { source, scope, views: viewsOf(data) };
}

/** Follows the first smaller candidate that still shows it, until there is none. */
function shrunk<Value>(start: Value, smaller: (value: Value) => Iterable<Value>, still: (value: Value) => boolean): Value {
  let current = start;
  for (;;) {
    const next = firstOf(smaller(current), still);
    if (next === undefined) return current;
    current = next;
  }
}

function firstOf<Value>(values: Iterable<Value>, still: (value: Value) => boolean): Value | undefined {
  for (const value of values) if (still(value)) return value;
  return undefined;
}

function* smallerTrees(tree: Tree): Generator<Tree> {
  for (const part of partsOf(tree)) if (part.kind === tree.kind) yield { ...part, bracketed: false };
  if (sourceOf(tree).length > 5) for (const text of SIMPLEST[tree.kind]) if (text.length < sourceOf(tree).length) yield leaf(tree.kind, text);
  if (tree.bracketed) yield { ...tree, bracketed: false };
  for (const [at, child] of tree.children.entries()) {
    for (const smaller of smallerTrees(child)) yield { ...tree, children: tree.children.with(at, smaller) };
  }
}

function partsOf({ children }: Tree): readonly Tree[] {
  return children.flatMap((child) => [child, ...partsOf(child)]);
}

function* withoutRuns(tokens: string[]): Generator<string[]> {
  for (let length = tokens.length >> 1; length > 0; length >>= 1) {
    for (let at = 0; at + length <= tokens.length; at++) yield tokens.toSpliced(at, length);
  }
}

function* smallerValues(value: JsonValue): Generator<JsonValue> {
  if (typeof value !== "object" || value === null) return;
  if (isList(value)) {
    for (const at of value.keys()) yield value.toSpliced(at, 1);
    return;
  }
  for (const name of Object.keys(value)) yield Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
  for (const [name, member] of Object.entries(value)) for (const smaller of smallerValues(member)) yield { ...value, [name]: smaller };
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function viewsOf(value: JsonValue): Case["views"] {
  const { request, service, model } = objectOf(value);
  return { request: objectOf(request), service: objectOf(service), model: objectOf(model) };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === "object" && value !== null && !isList(value) ? value : {};
}

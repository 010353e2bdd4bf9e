import { canonical, isObject, type Json } from "@caio/verifier";

/** Where a value stands in a JSON document. */
export type Path = readonly (string | number)[];

/** One change of one place. */
export interface Mutation {
  readonly path: Path;
  readonly name: string;
  readonly value: Json | undefined;
}

/** A path with its indices and names of the author's own left out: what mutants are counted by. */
export function patternOf(path: Path): string {
  const open = /\/(paths|named|disclosed|parameters|rates|allowed_labels)$/;
  return path.reduce<string>((pattern, step) => `${pattern}/${typeof step === "number" || open.test(pattern) ? "*" : step}`, "");
}

/** All places of a document, by pattern. */
export function placesOf(root: Json): Map<string, Path[]> {
  const places = new Map<string, Path[]>();
  const visit = (value: Json, path: Path): void => {
    const pattern = patternOf(path);
    places.set(pattern, [...(places.get(pattern) ?? []).slice(-40), path]);
    if (isList(value)) value.forEach((item, at) => { visit(item, [...path, at]); });
    else if (isObject(value)) for (const [key, member] of Object.entries(value)) visit(member, [...path, key]);
  };
  visit(root, []);
  return places;
}

/** Every mutation of one place of a document that changes it. */
export function mutationsAt(root: Json, path: Path): Mutation[] {
  const value = valueAt(root, path);
  const candidates: (readonly [string, Json | undefined])[] = path.length === 0 ? [] : [["removed", undefined]];
  return [...candidates, ...changesOf(value)]
    .filter(([, changed]) => changed === undefined || canonical(changed) !== canonical(value))
    .map(([name, changed]) => ({ path, name, value: changed }));
}

/** The document with the change. */
export function applied(root: Json, { path, value }: Mutation): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value ?? null;
  const inner = (member: Json): Json => applied(member, { path: rest, name: "", value });
  if (isList(root)) {
    return rest.length === 0 && value === undefined ? root.filter((_item, at) => at !== step) : root.map((item, at) => (at === step ? inner(item) : item));
  }
  if (!isObject(root)) return root;
  const kept = Object.entries(root).filter(([key]) => key !== step || rest.length > 0 || value !== undefined);
  return Object.fromEntries(kept.map(([key, member]) => [key, key === step ? inner(member) : member]));
}

export function valueAt(root: Json, path: Path): Json {
  return path.reduce<Json>((value, step) => {
    if (isList(value)) return value[Number(step)] ?? null;
    return isObject(value) ? (value[step] ?? null) : null;
  }, root);
}

function changesOf(value: Json): (readonly [string, Json])[] {
  if (value === null) return [["null to 0", 0], ["null to text", "x"], ["null to digest", "ab".repeat(32)], ["null to list", []], ["null to object", {}]];
  if (typeof value === "boolean") return [["flipped", !value], ["null", null]];
  if (typeof value === "number") {
    return [["+1", value + 1], ["-1", value - 1], ["0", 0], ["large", Number.MAX_SAFE_INTEGER], ["negative", -value], ["null", null], ["text", String(value)]];
  }
  if (typeof value === "string") return textChanges(value);
  if (isList(value)) return listChanges(value);
  return [...objectChanges(value), ["null", null]];
}

function textChanges(value: string): (readonly [string, Json])[] {
  const [first, last] = [value.slice(0, 1), value.slice(-1)];
  const other = (letter: string): string => (/[0-9a-f]/.test(letter) ? (Number.parseInt(letter, 16) ^ 1).toString(16) : `${letter}x`);
  return [
    ["longer", `${value}x`], ["first changed", other(first) + value.slice(1)], ["last changed", value.slice(0, -1) + other(last)],
    ["shorter", value.slice(0, -1)], ["empty", ""], ["null", null],
  ];
}

function listChanges(value: readonly Json[]): (readonly [string, Json])[] {
  const [first] = value;
  const at = Math.floor(value.length / 2);
  const middle = value[at];
  const changes: (readonly [string, Json])[] = [["null", null], ["null added", [...value, null]]];
  if (first === undefined || middle === undefined) return [...changes, ["text added", ["x"]]];
  const swapped = [...value];
  [swapped[0], swapped[at]] = [middle, first];
  const neighbours = [...value.slice(0, -2), ...value.slice(-2).reverse()];
  return [
    ...changes, ["emptied", []], ["first removed", value.slice(1)], ["middle removed", value.filter((_item, i) => i !== at)],
    ["first duplicated", [first, ...value]], ["last duplicated", [...value, ...value.slice(-1)]], ["swapped", swapped], ["last two swapped", neighbours],
  ];
}

function objectChanges(value: Readonly<Record<string, Json>>): (readonly [string, Json])[] {
  const keys = Object.keys(value);
  const renamed = keys.slice(0, 12).map((key) => [`${key} renamed`, { ...without(value, key), [`${key}_`]: value[key] ?? null }] as const);
  return [["key added", { ...value, extra: null }], ["key added", { ...value, extra: 1 }], ["emptied", {}], ...renamed];
}

function without(value: Readonly<Record<string, Json>>, key: string): Record<string, Json> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

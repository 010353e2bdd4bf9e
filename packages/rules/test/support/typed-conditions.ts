import type { JsonObject, JsonValue } from "@caio/core";
import fc from "fast-check";

import { conditionScopes, type CelType, type ConditionScope, type StructType } from "../../src/index.ts";
import type { Env } from "./expressions.ts";

type Scalar = "bool" | "int" | "string";
type Kind = Scalar | "bools" | "ints" | "strings";
/** The text of a part, once it is known of which kinds the items of the macros around it are. */
type Write = (bound: readonly Scalar[]) => string;

const lists = { bool: "bools", int: "ints", string: "strings" } as const;
const scalars: readonly Scalar[] = ["bool", "int", "string"];
const SAFE = Number.MAX_SAFE_INTEGER;
const words = ["", "a", "b", "eu", "us", "read", "write", "local", "e\u0301", "\u{1F600}", "\u{1F600}y", "\uffff", "\u2028", "'", '"', "\\", "it's \"\\"];
const ints = [0, 0, 1, 1, 2, 3, -1, 10, SAFE, -SAFE, SAFE - 1, 4_294_967_296, 3_037_000_500];
const edges = ["9007199254740991 * 1024 + 1023", "9007199254740991 * 1024 + 1024", "-9007199254740991 * 1024 - 1024", "-9007199254740991 * 1024 - 1025", "3037000500 * 3037000500"];

/** Conditions of the scope, well typed but where a field meets a word that it can never be, and not bounded in depth or nesting. */
export function typedConditions(scope: ConditionScope): fc.Arbitrary<string> {
  return fc.letrec<Record<Kind, Write>>((tie) => arbitraries(scope, tie)).bool.map((write) => write([]));
}

function arbitraries(scope: ConditionScope, tie: (kind: Kind) => fc.Arbitrary<Write>): Record<Kind, fc.Arbitrary<Write>> {
  const fields = fieldsOf(scope);
  const limits = { maxDepth: 4, depthIdentifier: scope };
  const leaf = (kind: Kind): fc.Arbitrary<Write> => {
    const paths = fields.filter((field) => field.kind === kind).map(({ path }) => path);
    return paths.length === 0 ? literal(kind) : fc.oneof(fc.constantFrom(...paths).map((path) => () => path), literal(kind), item(kind));
  };
  const choice = (kind: Kind): fc.Arbitrary<Write> => joined([tie("bool"), tie(kind), tie(kind)], (test, yes, no) => `(${test} ? ${yes} : ${no})`);
  const place = (kind: Scalar): fc.Arbitrary<Write> => joined([tie(lists[kind]), fc.oneof(literal("int"), tie("int"))], (list, at) => `${list}[${at}]`);
  const macro = (name: string, of: Scalar, body: Kind): fc.Arbitrary<Write> =>
    fc.tuple(tie(lists[of]), tie(body)).map(([range, inner]) => (bound) => `${range(bound)}.${name}(v${String(bound.length)}, ${inner([...bound, of])})`);
  const binary = (operators: readonly string[], of: Kind): fc.Arbitrary<Write> =>
    fc.constantFrom(...operators).chain((operator) => joined([tie(of), tie(of)], (left, right) => `(${left} ${operator} ${right})`));
  const list = (of: Scalar): fc.Arbitrary<Write> =>
    fc.oneof(limits, leaf(lists[of]), choice(lists[of]), macro("filter", of, "bool"), ...scalars.map((from) => macro("map", from, of)), listLiteral(tie(of)));
  const sizes = fc.constantFrom<Kind>("string", "strings", "ints", "bools").chain((of) => joined([tie(of)], (text) => [`size(${text})`, `${text}.size()`]));
  return {
    bool: fc.oneof(
      limits,
      leaf("bool"),
      choice("bool"),
      place("bool"),
      binary(["&&", "||"], "bool"),
      binary(["&&", "||"], "bool"),
      joined([tie("bool")], (text) => `!(${text})`),
      binary(["<", "<=", ">", ">="], "int"),
      ...(["bool", "int", "string", "bools", "ints", "strings"] as const).map((kind) => binary(["==", "!="], kind)),
      ...scalars.map((of) => joined([tie(of), tie(lists[of])], (left, right) => `(${left} in ${right})`)),
      fc.constantFrom("startsWith", "endsWith", "contains").chain((name) => joined([tie("string"), tie("string")], (text, part) => `${text}.${name}(${part})`)),
      fc.constantFrom(...fields.map(({ path }) => path)).map((path) => () => `has(${path})`),
      ...scalars.flatMap((of) => ["all", "exists", "exists_one"].map((name) => macro(name, of, "bool"))),
    ),
    int: fc.oneof(limits, leaf("int"), choice("int"), place("int"), binary(["+", "-", "*"], "int"), joined([tie("int")], (text) => `(-(${text}))`), sizes, fc.constantFrom(...edges).map((text) => () => `(${text})`)),
    string: fc.oneof(limits, leaf("string"), choice("string"), place("string")),
    bools: list("bool"),
    ints: list("int"),
    strings: list("string"),
  };
}

/** Parts put together; where there are several spellings, the depth of macros around decides. */
function joined(parts: readonly fc.Arbitrary<Write>[], join: (...texts: string[]) => string | readonly string[]): fc.Arbitrary<Write> {
  return fc.tuple(fc.tuple(...parts), fc.nat(1)).map(([writes, spelling]) => (bound) => {
    const texts = join(...writes.map((write) => write(bound)));
    return typeof texts === "string" ? texts : (texts[spelling] ?? "");
  });
}

function literal(kind: Kind): fc.Arbitrary<Write> {
  if (kind === "bool") return fc.boolean().map((value) => () => String(value));
  if (kind === "int") return fc.constantFrom(...ints).map((value) => () => (value < 0 ? `(-${String(-value)})` : String(value)));
  if (kind === "string") return fc.constantFrom(...words).map((value) => () => JSON.stringify(value));
  const scalar = scalars.find((name) => lists[name] === kind) ?? "string";
  return listLiteral(literal(scalar));
}

function listLiteral(item: fc.Arbitrary<Write>): fc.Arbitrary<Write> {
  return fc.array(item, { maxLength: 3 }).map((items) => (bound) => `[${items.map((write) => write(bound)).join(", ")}]`);
}

/** An item of the nearest macro around whose items are of the kind; a literal where there is none. */
function item(kind: Kind): fc.Arbitrary<Write> {
  return literal(kind).map((otherwise) => (bound) => {
    const nesting = bound.findLastIndex((scalar) => scalar === kind);
    return nesting < 0 ? otherwise(bound) : `v${String(nesting)}`;
  });
}

function fieldsOf(scope: ConditionScope): readonly { readonly path: string; readonly kind: Kind | "object" }[] {
  const below = (path: string, { fields }: StructType): readonly { path: string; kind: Kind | "object" }[] =>
    Object.entries(fields).flatMap(([name, { type }]) => {
      const at = `${path}.${name}`;
      if (type.kind === "struct") return [{ path: at, kind: "object" as const }, ...below(at, type)];
      return [{ path: at, kind: type.kind === "list" ? lists[type.element?.name ?? "string"] : type.name }];
    });
  return Object.entries<StructType>(conditionScopes[scope]).flatMap(([root, type]) => below(root, type));
}

/** Data in the shape of the schema, optional fields absent now and then. @param oddity - of 100 parts, how many are of any shape */
export function typedEnvironments(oddity: number): fc.Arbitrary<Env> {
  const { request, service, model } = conditionScopes.effect;
  return fc.record({ request: objectOf(request, oddity), service: objectOf(service, oddity), model: fc.oneof(objectOf(model, oddity), fc.constant({})) });
}

function objectOf({ fields }: StructType, oddity: number): fc.Arbitrary<JsonObject> {
  const members = Object.entries(fields).map(([name, { type, optional }]) => {
    const value = fc.oneof({ weight: 100 - oddity, arbitrary: valueOf(type, oddity) }, { weight: oddity, arbitrary: odd });
    return fc.tuple(fc.constant(name), optional ? fc.option(value, { nil: undefined, freq: 2 }) : value);
  });
  return fc.tuple(...members).map((entries) => Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))));
}

function valueOf(type: CelType, oddity: number): fc.Arbitrary<JsonValue> {
  if (type.kind === "struct") return objectOf(type, oddity);
  if (type.kind === "list") return fc.array(fc.constantFrom(...words), { maxLength: 4 });
  if (type.name === "bool") return fc.boolean();
  return type.name === "int" ? fc.constantFrom(...ints) : fc.constantFrom(...(type.values ?? words));
}

const strange: readonly JsonValue[] = [null, true, 0, 3, -1, 0.5, 2 ** 53, 1e300, "", "a", [], ["a"], [1], [null, "a"], Array.from({ length: 257 }, () => "a"), {}, { a: 1 }, { a: [null, 1.5], b: null, size: { bytes: 3 } }];
const odd: fc.Arbitrary<JsonValue> = fc.oneof(fc.constantFrom(...strange), fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>);

import fc from "fast-check";
import type { JsonObject } from "@caio/core";

/** What an expression gives: a CEL value, or the error. */
export const ERROR = Symbol("error");
export type Value = bigint | string | boolean | readonly string[] | typeof ERROR;
export interface Env {
  readonly request: JsonObject;
  readonly service: JsonObject;
  readonly model: JsonObject;
  readonly variables?: Readonly<Record<string, string>>;
}
/** An expression and, beside its text, what it means: written from the CEL language definition, not from the evaluator. */
export interface Expression {
  readonly text: string;
  readonly run: (env: Env) => Value;
}

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);
const int64 = (value: bigint): Value => (value > MAX || value < MIN ? ERROR : value);

function read(env: Env, path: string): Value {
  const [root = "", ...fields] = path.split(".");
  let value: unknown = { request: env.request, service: env.service, model: env.model }[root];
  for (const field of fields) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, field)) return ERROR;
    value = (value as Record<string, unknown>)[field];
  }
  return typeof value === "number" ? BigInt(value) : (value as Value);
}

const field = (path: string): Expression => ({ text: path, run: (env: Env) => read(env, path) });
const literal = (value: bigint | string | boolean): Expression => ({
  text: typeof value === "string" ? JSON.stringify(value) : String(value),
  run: () => value,
});

/** Strict in all operands: an error in one is an error of the whole. */
function strict(text: string, operands: readonly Expression[], apply: (...values: readonly Exclude<Value, typeof ERROR>[]) => Value): Expression {
  return {
    text,
    run: (env: Env) => {
      const values: Exclude<Value, typeof ERROR>[] = [];
      for (const operand of operands) {
        const value = operand.run(env);
        if (value === ERROR) return ERROR;
        values.push(value);
      }
      return apply(...values);
    },
  };
}

/** `&&` (on = false) and `||` (on = true): `on` on either side wins over an error on the other. */
function absorb(values: readonly Value[], on: boolean): Value {
  if (values.includes(on)) return on;
  return values.includes(ERROR) ? ERROR : !on;
}

const compare: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};
const arithmetic: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = { "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b };

function over(list: Expression, macro: string, variable: string, body: Expression): Expression {
  return {
    text: `${list.text}.${macro}(${variable}, ${body.text})`,
    run: (env: Env) => {
      const items = list.run(env);
      if (items === ERROR || !Array.isArray(items)) return ERROR;
      const strings = items as readonly string[];
      const results = strings.map((item) => body.run({ ...env, variables: { ...env.variables, [variable]: item } }));
      if (macro === "all") return absorb(results, false);
      if (macro === "exists") return absorb(results, true);
      if (results.includes(ERROR)) return ERROR;
      if (macro === "exists_one") return results.filter((result) => result === true).length === 1;
      if (macro === "map") return results as string[];
      return strings.filter((_item, index) => results[index] === true);
    },
  };
}

const words = ["eu", "us", "local", "external", "read", "a.b", "\u{1F600}y", ""];
const word = fc.constantFrom(...words);
const kinds = { "request.action.kind": ["read", "write", "destructive"], "service.privacy.data_locality": ["on_device", "local", "private_cloud", "external"] };

const { bool } = fc.letrec<{ bool: Expression; int: Expression; text: Expression; list: Expression }>((tie) => ({
  int: fc.oneof(
    { maxDepth: 3, depthIdentifier: "e" },
    fc.oneof(fc.bigInt(-3n, 12n), fc.constantFrom(9007199254740991n, -9007199254740991n)).map(literal),
    fc.constantFrom("request.size.bytes", "service.version_major", "service.latency_p95_us", "model.context_tokens").map(field),
    fc.tuple(fc.constantFrom("+", "-", "*"), tie("int"), tie("int")).map(([op, a, b]) => strict(`(${a.text} ${op} ${b.text})`, [a, b], (x, y) => int64(arithmetic[op]?.(x as bigint, y as bigint) ?? 0n))),
    tie("int").map((a) => strict(`(-(${a.text}))`, [a], (x) => int64(-(x as bigint)))),
    tie("list").map((a) => strict(`size(${a.text})`, [a], (x) => BigInt((x as readonly string[]).length))),
    tie("text").map((a) => strict(`${a.text}.size()`, [a], (x) => BigInt(Array.from(x as string).length))),
  ),
  text: fc.oneof(
    { maxDepth: 3, depthIdentifier: "e" },
    word.map(literal),
    fc.constantFrom("service.metadata.category", "request.principal.tenant", "model.id").map(field),
    fc.tuple(tie("list"), tie("int")).map(([a, b]) => strict(`${a.text}[${b.text}]`, [a, b], (x, y) => (x as readonly string[])[Number(y)] ?? ERROR)),
  ),
  list: fc.oneof(
    { maxDepth: 3, depthIdentifier: "e" },
    fc.constantFrom("request.labels", "service.privacy.regions", "service.capabilities").map(field),
    fc.array(word, { minLength: 1, maxLength: 3 }).map((items) => ({ text: JSON.stringify(items), run: () => items })),
    fc.tuple(tie("list"), word).map(([a, w]) => over(a, "filter", "f", { text: `f != ${JSON.stringify(w)}`, run: (env: Env) => env.variables?.["f"] !== w })),
    fc.tuple(tie("list"), tie("text")).map(([a, t]) => over(a, "map", "m", t)),
  ),
  bool: fc.oneof(
    { maxDepth: 4, depthIdentifier: "e" },
    fc.boolean().map(literal),
    fc.constantFrom("service.access.public", "service.alignment.content_filtering").map(field),
    fc.tuple(fc.constantFrom("<", "<=", ">", ">=", "==", "!="), tie("int"), tie("int")).map(([op, a, b]) => strict(`(${a.text} ${op} ${b.text})`, [a, b], (x, y) => compare[op]?.(x as bigint, y as bigint) ?? false)),
    fc.tuple(fc.constantFrom("==", "!="), tie("text"), tie("text")).map(([op, a, b]) => strict(`(${a.text} ${op} ${b.text})`, [a, b], (x, y) => (x === y) === (op === "=="))),
    fc.constantFrom(...Object.entries(kinds).flatMap(([path, values]) => values.map((value) => [path, value] as const))).map(([path, value]) => strict(`(${path} == "${value}")`, [field(path)], (x) => x === value)),
    fc.tuple(tie("text"), tie("list")).map(([a, b]) => strict(`(${a.text} in ${b.text})`, [a, b], (x, y) => (y as readonly string[]).includes(x as string))),
    fc.tuple(fc.constantFrom("startsWith", "endsWith", "contains"), tie("text"), tie("text")).map(([op, a, b]) => strict(`${a.text}.${op}(${b.text})`, [a, b], (x, y) => (op === "startsWith" ? (x as string).startsWith(y as string) : op === "endsWith" ? (x as string).endsWith(y as string) : (x as string).includes(y as string)))),
    fc.constantFrom("request.size.bytes", "service.privacy.regions", "service.latency_p95_us", "model.id").map((path) => ({ text: `has(${path})`, run: (env: Env) => read(env, path) !== ERROR })),
    tie("bool").map((a) => strict(`(!${a.text})`, [a], (x) => x !== true)),
    fc.tuple(tie("bool"), tie("bool")).map(([a, b]) => ({ text: `(${a.text} && ${b.text})`, run: (env: Env) => absorb([a.run(env), b.run(env)], false) })),
    fc.tuple(tie("bool"), tie("bool")).map(([a, b]) => ({ text: `(${a.text} || ${b.text})`, run: (env: Env) => absorb([a.run(env), b.run(env)], true) })),
    fc.tuple(tie("bool"), tie("bool"), tie("bool")).map(([c, a, b]) => ({
      text: `(${c.text} ? ${a.text} : ${b.text})`,
      run: (env: Env) => {
        const chosen = c.run(env);
        return chosen === ERROR ? ERROR : chosen === true ? a.run(env) : b.run(env);
      },
    })),
    fc.tuple(fc.constantFrom("all", "exists", "exists_one"), tie("list"), tie("bool"), word).map(([macro, a, b, w]) =>
      over(a, macro, "x", { text: `(x == ${JSON.stringify(w)} || ${b.text.replaceAll(/\bx\b/g, "x1")})`, run: (env: Env) => absorb([env.variables?.["x"] === w, b.run(env)], true) }),
    ),
  ),
}));

/** Conditions over all three roots, within the profile but for depth and nesting, which some of them pass. */
export const conditions: fc.Arbitrary<Expression> = bool;

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const labels = fc.uniqueArray(word, { maxLength: 3 });

function said(values: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as JsonObject;
}

/** Values in the shape that conditions see, with every optional field absent now and then. */
export const environments: fc.Arbitrary<Env> = fc
  .record({
    labels,
    kind: fc.constantFrom("read", "write", "destructive"),
    bytes: optional(fc.nat(10)),
    tenant: word,
    major: fc.nat(3),
    latency: optional(fc.nat(10)),
    capabilities: labels,
    locality: optional(fc.constantFrom("on_device", "local", "private_cloud", "external")),
    regions: optional(labels),
    isPublic: fc.boolean(),
    filtering: optional(fc.boolean()),
    category: optional(word),
    model: optional(word),
    context: optional(fc.nat(10)),
  })
  .map((v) => ({
    request: said({ labels: v.labels, action: { kind: v.kind }, size: said({ bytes: v.bytes }), principal: { tenant: v.tenant } }),
    service: said({
      version_major: v.major,
      latency_p95_us: v.latency,
      capabilities: v.capabilities,
      privacy: said({ data_locality: v.locality, regions: v.regions }),
      access: { public: v.isPublic },
      alignment: said({ content_filtering: v.filtering }),
      metadata: said({ category: v.category }),
    }),
    model: said({ id: v.model, context_tokens: v.context }),
  }));

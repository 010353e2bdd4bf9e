import { canonical, isList, isObject, type Json } from "../json/json.ts";

/** Says what keeps a value from having one exact form, after the place: `/models/0/id: a text expected`. `reads` is of types alone. */
export interface Shape<T> {
  (value: unknown): string | undefined;
  readonly reads?: T;
}
/** The type that a shape reads. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;
interface Optional<T> {
  readonly optional: Shape<T>;
}
type Fields = Readonly<Record<string, Shape<unknown> | Optional<unknown>>>;
type Values<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Optional<unknown> ? never : K]: F[K] extends Shape<infer T> ? T : never;
} & { readonly [K in keyof F as F[K] extends Optional<unknown> ? K : never]?: F[K] extends Optional<infer T> ? T : never };

/** The shape of everything that is told by one test. */
function scalar<T>(test: (value: unknown) => boolean, expected: string): Shape<T> {
  return (value) => (test(value) ? undefined : `: ${expected} expected`);
}

export const anyJson = scalar<Json>((value) => value !== undefined, "a value");
export const bool = scalar<boolean>((value) => typeof value === "boolean", "true or false");

export function int(least = 0, most = Number.MAX_SAFE_INTEGER): Shape<number> {
  return scalar((value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most, `an integer ${String(least)} … ${String(most)}`);
}

export function text(pattern?: RegExp, expected = "a text"): Shape<string> {
  return scalar((value) => typeof value === "string" && (pattern === undefined || pattern.test(value)), expected);
}

export function word<const W extends string | number | null>(...words: readonly W[]): Shape<W> {
  return scalar((value) => words.some((known) => known === value), words.map(String).join(" or "));
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value) => (value === null ? undefined : shape(value));
}

export function optional<T>(shape: Shape<T>): Optional<T> {
  return { optional: shape };
}

export function list<T>(shape: Shape<T>, most = 100_000, least = 0): Shape<readonly T[]> {
  return (value) => {
    if (!isList(value) || value.length > most || value.length < least) return ": a list expected";
    for (let at = 0; at < value.length; at++) {
      const problem = shape(value[at]);
      if (problem !== undefined) return `/${String(at)}${problem}`;
    }
    return undefined;
  };
}

/** A list of these members, one after the other. */
export function tuple<const S extends readonly Shape<unknown>[]>(...shapes: S): Shape<{ readonly [K in keyof S]: Shaped<S[K]> }> {
  return (value) => {
    if (!isList(value) || value.length !== shapes.length) return `: a list of ${String(shapes.length)} expected`;
    for (const [at, shape] of shapes.entries()) {
      const problem = shape(value[at]);
      if (problem !== undefined) return `/${String(at)}${problem}`;
    }
    return undefined;
  };
}

/** A shape of which something more must hold. */
export function such<T>(shape: Shape<T>, holds: (value: T) => boolean, expected: string): Shape<T> {
  return (value) => shape(value) ?? (holds(value as T) ? undefined : `: ${expected} expected`);
}

/** A list of which each item precedes the next. */
export function ordered<T>(shape: Shape<T>, precedes: (a: T, b: T) => boolean, most?: number, least?: number): Shape<readonly T[]> {
  return such(list(shape, most, least), (items) => items.every((item, i) => i === 0 || precedes(items[i - 1] ?? item, item)), "a list in order");
}

/** A list whose keys go up strictly, by UTF-16 code units. */
export function ascending<T>(shape: Shape<T>, keyOf: (item: T) => string, least?: number): Shape<readonly T[]> {
  return ordered(shape, (a, b) => keyOf(a) < keyOf(b), undefined, least);
}

/** Texts in order, without repeats. */
export function setOf<T extends string>(shape: Shape<T>, least?: number): Shape<readonly T[]> {
  return ascending(shape, (item) => item, least);
}

/** Objects in order of their canonical JSON, without repeats. */
export function canonicalSet<T>(shape: Shape<T>, least?: number): Shape<readonly T[]> {
  return ascending(shape, canonical, least);
}

export function map<T>(shape: Shape<T>, name: Shape<string> = text()): Shape<Readonly<Record<string, T>>> {
  return (value) => {
    if (!isObject(value)) return ": an object expected";
    for (const key of Object.keys(value)) {
      const problem = name(key) ?? shape(value[key]);
      if (problem !== undefined) return `/${key}${problem}`;
    }
    return undefined;
  };
}

/** An object of these members and no other. */
export function object<const F extends Fields>(fields: F): Shape<Values<F>> {
  const members = Object.entries(fields).map(([key, member]) => ({ key, shape: typeof member === "function" ? member : member.optional, needed: typeof member === "function" }));
  return (value) => {
    if (!isObject(value)) return ": an object expected";
    let known = 0;
    for (const { key, shape, needed } of members) {
      const own = Object.hasOwn(value, key);
      if (own) known++;
      const problem = own || needed ? shape(own ? value[key] : undefined) : undefined;
      if (problem !== undefined) return `/${key}${problem}`;
    }
    const keys = Object.keys(value);
    return keys.length === known ? undefined : `/${keys.find((key) => !Object.hasOwn(fields, key)) ?? ""}: no such key`;
  };
}

/** One shape or another, by what the value is. */
export function either<A, B>(isFirst: (value: unknown) => boolean, first: Shape<A>, other: Shape<B>): Shape<A | B> {
  return (value) => (isFirst(value) ? first : other)(value);
}

/** Whether an object has a key. */
export const has = (key: string) => (value: unknown): boolean => isObject(value) && Object.hasOwn(value, key);
/** Whether an object's `kind` is this. */
export const isKind = (kind: string) => (value: unknown): boolean => isObject(value) && value["kind"] === kind;

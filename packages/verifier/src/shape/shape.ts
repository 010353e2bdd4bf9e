import { isList, isObject, type Json } from "../json/json.ts";

/** Reads a value of one exact form; what is wrong goes to `problems`, and then the result must not be used. */
export type Shape<T> = (value: unknown, at: string, problems: string[]) => T;
/** The type that a shape reads. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;
interface Optional<T> {
  readonly optional: Shape<T>;
}
type Fields = Readonly<Record<string, Shape<unknown> | Optional<unknown>>>;
type Values<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Optional<unknown> ? never : K]: F[K] extends Shape<infer T> ? T : never;
} & { readonly [K in keyof F as F[K] extends Optional<unknown> ? K : never]?: F[K] extends Optional<infer T> ? T : never };

/** Reads a value whole: the value, or what is wrong with it. */
export function readShape<T>(shape: Shape<T>, value: unknown): { readonly value?: T; readonly problem?: string } {
  const problems: string[] = [];
  const read = shape(value, "", problems);
  return problems.length === 0 ? { value: read } : { problem: problems.slice(0, 8).join("; ").slice(0, 2000) };
}

function refuse(at: string, problems: string[], expected: string): never {
  problems.push(`${at}: ${expected} expected`);
  return undefined as never;
}

/** A value of a test; the shape of everything that is no list and no object. */
function scalar<T>(test: (value: unknown) => value is T, expected: string): Shape<T> {
  return (value, at, problems) => (test(value) ? value : refuse(at, problems, expected));
}

export const anyJson = scalar((value): value is Json => value !== undefined, "a value");
export const bool = scalar((value) => typeof value === "boolean", "true or false");

export function int(least = 0, most = Number.MAX_SAFE_INTEGER): Shape<number> {
  return scalar((value): value is number => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most, `an integer ${String(least)} … ${String(most)}`);
}

export function text(pattern = /^/, expected = "a text"): Shape<string> {
  return scalar((value): value is string => typeof value === "string" && pattern.test(value), expected);
}

export function word<const W extends string | number | null>(...words: readonly W[]): Shape<W> {
  return scalar((value): value is W => words.some((known) => known === value), words.map(String).join(" or "));
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, at, problems) => (value === null ? null : shape(value, at, problems));
}

export function optional<T>(shape: Shape<T>): Optional<T> {
  return { optional: shape };
}

export function list<T>(shape: Shape<T>, most = 100_000, least = 0): Shape<readonly T[]> {
  return (value, at, problems) =>
    isList(value) && value.length <= most && value.length >= least ? value.map((item, i) => shape(item, `${at}/${String(i)}`, problems)) : refuse(at, problems, "a list");
}

/** A shape of which something more must hold. */
export function such<T>(shape: Shape<T>, holds: (value: T) => boolean, expected: string): Shape<T> {
  return (value, at, problems) => {
    const before = problems.length;
    const read = shape(value, at, problems);
    return problems.length > before || holds(read) ? read : refuse(at, problems, expected);
  };
}

/** A list of which each item precedes the next. */
export function ordered<T>(shape: Shape<T>, precedes: (a: T, b: T) => boolean, most?: number): Shape<readonly T[]> {
  return such(list(shape, most), (items) => items.every((item, i) => i === 0 || precedes(items[i - 1] ?? item, item)), "a list in order");
}

/** A list whose keys go up strictly, by UTF-16 code units. */
export function ascending<T>(shape: Shape<T>, keyOf: (item: T) => string): Shape<readonly T[]> {
  return ordered(shape, (a, b) => keyOf(a) < keyOf(b));
}

/** Texts in order, without repeats. */
export const textSet = ascending(text(), (item) => item);

export function map<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, at, problems) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shape(member, `${at}/${key}`, problems)])) : refuse(at, problems, "an object");
}

/** An object of these members and no other. */
export function object<const F extends Fields>(fields: F): Shape<Values<F>> {
  const members = Object.entries(fields);
  return (value, at, problems) => {
    if (!isObject(value)) return refuse(at, problems, "an object");
    for (const key of Object.keys(value)) if (!Object.hasOwn(fields, key)) refuse(`${at}/${key}`, problems, "no such key");
    const read: Record<string, unknown> = {};
    for (const [key, member] of members) {
      const own = Object.hasOwn(value, key) ? value[key] : undefined;
      if (typeof member === "function") read[key] = member(own, `${at}/${key}`, problems);
      else if (own !== undefined) read[key] = member.optional(own, `${at}/${key}`, problems);
    }
    return read as Values<F>;
  };
}

/** One shape or another, by what the value is. */
export function either<A, B>(isFirst: (value: unknown) => boolean, first: Shape<A>, other: Shape<B>): Shape<A | B> {
  return (value, at, problems) => (isFirst(value) ? first : other)(value, at, problems);
}

/** Whether an object has a key. */
export const has = (key: string) => (value: unknown): boolean => isObject(value) && Object.hasOwn(value, key);
/** Whether an object's `kind` is this. */
export const isKind = (kind: string) => (value: unknown): boolean => isObject(value) && value["kind"] === kind;

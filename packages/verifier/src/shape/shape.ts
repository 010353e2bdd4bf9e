import { isObject, type Json, type JsonObject } from "../json/json.ts";

/** Reads a value of one exact form; what is wrong goes to `problems`, and then the result must not be used. */
export type Shape<T> = (value: Json | undefined, at: string, problems: string[]) => T;
/** The type that a shape reads. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;
interface Optional<T> {
  readonly optional: Shape<T>;
}
type Member = Shape<unknown> | Optional<unknown>;
type Fields = Readonly<Record<string, Member>>;
type Values<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Optional<unknown> ? never : K]: F[K] extends Shape<infer T> ? T : never;
} & { readonly [K in keyof F as F[K] extends Optional<unknown> ? K : never]?: F[K] extends Optional<infer T> ? T : never };

/** Reads a value whole: the value, or all that is wrong with it. */
export function readShape<T>(shape: Shape<T>, value: Json | undefined, at: string): { readonly value?: T; readonly problems: string[] } {
  const problems: string[] = [];
  const read = shape(value, at, problems);
  return problems.length === 0 ? { value: read, problems } : { problems };
}

export function refuseShape(at: string, problems: string[], expected: string): never {
  problems.push(`${at}: ${expected} expected`);
  return undefined as never;
}

export const anyJson: Shape<Json> = (value, at, problems) => value ?? (value === null ? null : refuseShape(at, problems, "a value"));

export const bool: Shape<boolean> = (value, at, problems) => (typeof value === "boolean" ? value : refuseShape(at, problems, "true or false"));

export function int(least = 0, most = Number.MAX_SAFE_INTEGER): Shape<number> {
  return (value, at, problems) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most
      ? value
      : refuseShape(at, problems, `an integer ${String(least)} … ${String(most)}`);
}

export function text(pattern = /^/, what = "a text"): Shape<string> {
  return (value, at, problems) => (typeof value === "string" && pattern.test(value) ? value : refuseShape(at, problems, what));
}

export function word<const W extends string | number | boolean | null>(...words: readonly W[]): Shape<W> {
  return (value, at, problems) => words.find((known) => known === value) ?? (value === null && words.some((known) => known === null) ? (null as W) : refuseShape(at, problems, words.join(" or ")));
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, at, problems) => (value === null ? null : shape(value, at, problems));
}

export function optional<T>(shape: Shape<T>): Optional<T> {
  return { optional: shape };
}

export function list<T>(shape: Shape<T>, most = 100_000, least = 0): Shape<readonly T[]> {
  return (value, at, problems) =>
    Array.isArray(value) && value.length <= most && value.length >= least
      ? value.map((item: Json, i) => shape(item, `${at}/${String(i)}`, problems))
      : refuseShape(at, problems, "a list");
}

/** A list whose keys go up strictly, by UTF-16 code units. */
export function ascending<T>(shape: Shape<T>, keyOf: (item: T) => string): Shape<readonly T[]> {
  const items = list(shape);
  return (value, at, problems) => {
    const before = problems.length;
    const read = items(value, at, problems);
    if (problems.length > before) return read;
    const rises = read.every((item, i) => i === 0 || keyOf(read[i - 1] ?? item) < keyOf(item));
    return rises ? read : refuseShape(at, problems, "a sorted list without repeats");
  };
}

/** Texts in order, without repeats. */
export const textSet = ascending(text(), (item) => item);

export function map<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, at, problems) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shape(member, `${at}/${key}`, problems)]))
      : refuseShape(at, problems, "an object");
}

/** An object of these members and no other. */
export function object<const F extends Fields>(fields: F): Shape<Values<F>> {
  const members = Object.entries<Member>(fields);
  return (value, at, problems) => {
    if (!isObject(value)) return refuseShape(at, problems, "an object");
    for (const key of Object.keys(value)) if (!Object.hasOwn(fields, key)) refuseShape(`${at}/${key}`, problems, "no such key");
    const read: Record<string, unknown> = {};
    for (const [key, member] of members) {
      const own = memberOf(value, key);
      if (typeof member === "function") read[key] = member(own, `${at}/${key}`, problems);
      else if (own !== undefined) read[key] = member.optional(own, `${at}/${key}`, problems);
    }
    return read as Values<F>;
  };
}

/** The first shape whose key the object has; the last for everything else. */
export function byKey<A, B>(key: string, first: Shape<A>, other: Shape<B>): Shape<A | B> {
  return (value, at, problems) => (isObject(value) && Object.hasOwn(value, key) ? first : other)(value, at, problems);
}

function memberOf(value: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

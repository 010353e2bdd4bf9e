import { pick, type Random } from "./attack.ts";

/** A value that is probably not what was expected. */
export function hostileValue(random: Random): unknown {
  const depth = 1 + Math.floor(random() * 60);
  return pick<() => unknown>(random, [
    () => null, () => true, () => -1, () => 0, () => 1.5, () => 1e308, () => -(2 ** 53), () => Number.MIN_VALUE, () => "", () => "\0", () => "\ud800", () => "x".repeat(1 + Math.floor(random() * 20_000)), () => [], () => ({}), () => [null],
    () => ({ toString: 1 }), () => JSON.parse('{"__proto__":{"x":1}}') as unknown, () => ({ constructor: { prototype: {} } }), () => Array.from({ length: 3000 }, (_, index) => index), () => Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${String(index)}`, index])),
    () => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 1), () => Array.from({ length: depth }).reduce<unknown>((inner) => ({ a: inner }), 1), () => "__proto__", () => "constructor", () => "1e999", () => "inference.chat", () => "env:PLANTED_BEARER", () => "file:/etc/passwd",
    () => "http://169.254.169.254/latest/", () => "javascript:1", () => "../../x", () => "2026-13-45T99:99:99Z", () => "ﷺ".repeat(500), () => "\u202e", () => "${x}{{y}}%s%n", () => "(".repeat(2000), () => "a?".repeat(300),
  ])();
}

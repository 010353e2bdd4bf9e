import { DecimalText } from "../../src/index.ts";

const number = DecimalText.ofNumber(1);
const leaf = { service: "a", model: null, health: "healthy", outcomes: number, violations: number, promises: [] };

function many(value: unknown, count: number): unknown[] {
  return Array.from({ length: count }, () => value);
}

function keys(count: number): Record<string, null> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${String(at)}`, null]));
}

/** Leaves, of histories just under the limit of parts, in which nearly everything is wrong, by name. */
export function hostileLeaves(): Record<string, unknown[]> {
  return {
    "leaves that are numbers": many(number, 124_000),
    "leaves that are empty": many({}, 83_000),
    "leaves with an unknown key": many({ a: number }, 41_000),
    "promises that are numbers": [{ ...leaf, promises: many(number, 124_000) }],
    "promises over many leaves": many({ ...leaf, promises: many(number, 240) }, 480),
    "promises that are empty": [{ ...leaf, promises: many({}, 83_000) }],
    "promises of unknown keys": [{ ...leaf, promises: [keys(124_000)] }],
    "a memory of words": [{ ...leaf, memory: many("a", 124_000) }],
    "a memory that is too long": [{ ...leaf, memory: many(number, 124_000) }],
    "memories of words": many({ ...leaf, memory: many("a", 128) }, 850),
    "learned words": many({ ...leaf, learned: { theta: many("a", 16), inverse: many("a", 256) } }, 420),
    "cases that are numbers": many({ ...leaf, learned: { theta: "", inverse: "", online: { cases: many(number, 1000) } } }, 120),
    "costs of unknown keys": [{ ...leaf, learned: { theta: "", inverse: "", online: { costs: [keys(124_000)] } } }],
    "a leaf of unknown keys": [keys(124_000)],
    "a bound of unknown keys": [{ ...leaf, promises: [{ property: "latency_ms", bound: keys(124_000) }] }],
  };
}

/** Two of them as text: a schema that collects all it finds dies of the first. */
export function hostileHistories(): readonly string[] {
  const head = "caio_history: 1\nversion: 0\nleaves: ";
  return [`${head}[{promises: [${"1,".repeat(124_000)}1]}]`, `${head}[${"1,".repeat(124_000)}1]`];
}

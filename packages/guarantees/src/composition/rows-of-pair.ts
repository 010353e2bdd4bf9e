import { MICRO } from "@caio/core";

import type { Pair } from "./composition.ts";
import type { Derivation } from "./derivation.ts";
import { flagsOf, flagsOfPair } from "./flags.ts";
import { ownRowsOfPair } from "./own-rows.ts";
import { latencyOfFallback, latencyOfPar, latencyOfSeq } from "./rows/latency.ts";
import type { OwnProperty } from "./rows/own-property.ts";
import { bothErr, bothHold, complement, eitherErrs, oneHolds, wrongOfFallback, type Derived, type Ratio } from "./rows/ratio.ts";
import type { Rows } from "./rows/rows.ts";
import { addSafe, addTails } from "./rows/sums.ts";
import { throughputOfPair, type Throughput } from "./rows/throughput.ts";

/** Two parts, and whether the policy declares them independent. */
export interface Parts {
  readonly kind: Pair["kind"];
  readonly first: Rows;
  readonly second: Rows;
  readonly independent: boolean;
  /** Properties with an algebra of their own. */
  readonly own: readonly OwnProperty[];
}

/** The rows of seq, par, fallback and checked (calculus §7), each noted with its rule. */
export function rowsOfPair(parts: Parts, node: string, proof: Derivation): Rows {
  const { kind, first, second } = parts;
  const note = <T>(row: string, operands: unknown, { rule, result }: Derived<T>): T =>
    proof.note(node, row, `${kind}.${rule}`, operands, result);
  const deadlineUs = kind === "par" ? Math.max(first.deadlineUs, second.deadlineUs) : addSafe(first.deadlineUs, second.deadlineUs);
  const rows: Rows = {
    services: [...new Set([...first.services, ...second.services])].sort(),
    deadlineUs,
    latency: note("latency", latencyOperands(parts), latency(parts)),
    availabilityMicros: note("availability", withErrors(kind, [first.availabilityMicros, second.availabilityMicros], parts), availability(parts)),
    accuracy: note("accuracy", [first.accuracy, second.accuracy], accuracy(parts)),
    undetectedError: note("undetected_error", [first.undetectedError, second.undetectedError], undetected(parts)),
    detectedErrorMicros: note("detected_error", withErrors(kind, [first.detectedErrorMicros, second.detectedErrorMicros], parts), detected(parts)),
    throughput: note("throughput", [first.throughput, second.throughput], throughput(parts)),
    own: ownRowsOfPair(parts, node, proof),
    costMicros: note("cost", [first.costMicros, second.costMicros], cost(parts)),
    ...flagsOfPair(kind, first, second),
  };
  proof.note(node, "flags", `${kind}.worst`, [flagsOf(first), flagsOf(second)], flagsOf(rows));
  return rows;
}

function latencyOperands({ kind, first, second }: Parts): unknown {
  return kind === "fallback" ? [{ deadlineUs: first.deadlineUs }, second.latency] : [first.latency, second.latency];
}

function latency({ kind, first, second, independent }: Parts): Derived<Rows["latency"]> {
  if (kind === "fallback") return { rule: "deadline-then", result: latencyOfFallback(first.deadlineUs, second.latency) };
  const join = kind === "par" ? latencyOfPar : latencyOfSeq;
  return { rule: independent ? "product" : "boole", result: join(first.latency, second.latency, independent) };
}

/** Of a checked answer, what is wrong in either part enters too. */
function withErrors(kind: Pair["kind"], operands: readonly number[], { first, second }: Parts): unknown {
  return kind === "checked" ? [...operands, first.undetectedError.micros, second.undetectedError.micros] : operands;
}

/** A verdict turns an answer away only if the answer is wrong or the verdict is. */
function turnedAway({ first, second }: Parts): number {
  return addTails(first.undetectedError.micros, second.undetectedError.micros);
}

function availability(parts: Parts): Derived<number> {
  const { kind, first, second, independent } = parts;
  const join = kind === "fallback" ? oneHolds : bothHold;
  const { rule, result } = join(first.availabilityMicros, second.availabilityMicros, independent);
  return { rule, result: kind === "checked" ? Math.max(0, result - turnedAway(parts)) : result };
}

function undetected({ kind, first, second, independent }: Parts): Derived<Ratio> {
  if (kind === "fallback") return wrongOfFallback(first.undetectedError, second.undetectedError);
  if (kind === "checked") {
    const { rule, result } = bothErr(first.undetectedError.micros, second.undetectedError.micros, independent);
    return { rule, result: { micros: result, conditional: false } };
  }
  const { rule, result } = eitherErrs(first.undetectedError.micros, second.undetectedError.micros, independent);
  return { rule, result: { micros: result, conditional: false } };
}

function detected(parts: Parts): Derived<number> {
  const { kind, first, second, independent } = parts;
  const join = kind === "fallback" ? bothErr : eitherErrs;
  const { rule, result } = join(first.detectedErrorMicros, second.detectedErrorMicros, independent);
  return { rule, result: kind === "checked" ? addTails(result, turnedAway(parts)) : result };
}

/** A verdict makes no answer right that was wrong, and none wrong; what held per answered call holds on average of those that pass. */
function accuracyOfChecked({ accuracy: known }: Rows): Rows["accuracy"] {
  return Object.fromEntries(Object.entries(known).map(([name, { micros }]) => [name, { micros, conditional: false }]));
}

/** Property by property where both promise it; two single promises of different names compose to `accuracy`. */
function accuracy({ kind, first, second, independent }: Parts): Derived<Rows["accuracy"]> {
  if (kind === "checked") return { rule: "first", result: accuracyOfChecked(first) };
  const join = (a: Ratio, b: Ratio): Derived<Ratio> => {
    if (kind === "fallback") {
      const { rule, result } = wrongOfFallback(complement(a), complement(b));
      return { rule, result: complement(result) };
    }
    const { rule, result } = bothHold(a.micros, b.micros, independent);
    return { rule, result: { micros: result, conditional: false } };
  };
  const joined = pairUp(first.accuracy, second.accuracy).map(([name, a, b]) => ({ name, ...join(a, b) }));
  const promised = joined.filter(({ result }) => result.micros > 0);
  const rules = [...new Set(joined.map(({ rule }) => rule))].sort();
  return {
    rule: rules.length === 0 ? "silent" : rules.join("+"),
    result: Object.fromEntries(promised.map(({ name, result }) => [name, result])),
  };
}

function pairUp(first: Rows["accuracy"], second: Rows["accuracy"]): [name: string, Ratio, Ratio][] {
  const other = new Map(Object.entries(second));
  const shared = Object.entries(first).flatMap(([name, a]): [string, Ratio, Ratio][] => {
    const b = other.get(name);
    return b === undefined ? [] : [[name, a, b]];
  });
  const [a, ...moreOfFirst] = Object.values(first);
  const [b, ...moreOfSecond] = Object.values(second);
  const single = moreOfFirst.length === 0 && moreOfSecond.length === 0;
  if (shared.length > 0 || !single || a === undefined || b === undefined) return shared;
  return [["accuracy", a, b]];
}

function throughput({ first, second }: Parts): Derived<Rows["throughput"]> {
  const other = new Map(Object.entries(second.throughput));
  const shared = Object.entries(first.throughput).flatMap(([name, a]): [string, Throughput][] => {
    const b = other.get(name);
    const joined = b === undefined ? undefined : throughputOfPair(a, b);
    return joined === undefined || joined.tailPpm >= MICRO ? [] : [[name, joined]];
  });
  return { rule: "shared", result: Object.fromEntries(shared) };
}

function cost({ first, second }: Parts): Derived<number | null> {
  if (first.costMicros === null || second.costMicros === null) return { rule: "silent", result: null };
  return { rule: "sum", result: addSafe(first.costMicros, second.costMicros) };
}

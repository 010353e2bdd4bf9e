import { MICRO } from "@caio/core";
import type { AlgebraRow, Bound, Guarantee } from "@caio/contracts";

import type { Derivation } from "./derivation.ts";
import { checkLeaf, type Leaf } from "./leaf.ts";
import { ownRowsOfLeaf } from "./own-rows.ts";
import { latencyWithin, tailWithin, type Latency } from "./rows/latency.ts";
import type { OwnProperty } from "./rows/own-property.ts";
import type { RowOf } from "./rows/property-row.ts";
import type { Ratio } from "./rows/ratio.ts";
import type { Rows } from "./rows/rows.ts";
import { addTails } from "./rows/sums.ts";
import type { Throughput } from "./rows/throughput.ts";

/** What the rows of a leaf are read from, and where they are noted. */
interface Reading {
  readonly leaf: Leaf;
  readonly rowOf: RowOf;
  readonly node: string;
  readonly proof: Derivation;
}

/** The rows of one attempt under its enforced timeout. */
export function rowsOfLeaf(leaf: Leaf, { rowOf, own }: { readonly rowOf: RowOf; readonly own: readonly OwnProperty[] }, node: string, proof: Derivation): Rows {
  const reading: Reading = { leaf: checkLeaf(leaf), rowOf, node, proof };
  const promised = promisedLatency(reading);
  const { timeoutUs } = leaf;
  const latency = proof.note(node, "latency", "timeout", { promised, timeoutUs }, latencyWithin(promised, timeoutUs));
  return {
    services: [leaf.serviceId],
    deadlineUs: timeoutUs,
    latency,
    ...inTime(reading, promised),
    accuracy: accuracyOf(reading),
    undetectedError: undetectedOf(reading),
    throughput: throughputOf(reading),
    own: ownRowsOfLeaf(leaf.promises, own, node, proof),
    costMicros: proof.note(node, "cost", "leaf", [], leaf.costMicros),
    deterministic: leaf.deterministic,
    equivalence: leaf.equivalence,
    encryption: leaf.encryption,
    compliance: [...new Set(leaf.compliance)].sort(),
    locality: leaf.locality,
    retention: leaf.retention,
    requiredTrust: leaf.requiredTrust,
  };
}

function promisesOf({ leaf, rowOf }: Reading, row: AlgebraRow): readonly Guarantee[] {
  return leaf.promises.filter(({ property, coveragePpm }) => rowOf(property) === row && isCoverage(coveragePpm));
}

function isCoverage(coveragePpm: number): boolean {
  return Number.isSafeInteger(coveragePpm) && coveragePpm > 0 && coveragePpm <= MICRO;
}

function promisedLatency(reading: Reading): Latency {
  const promises = promisesOf(reading, "latency");
  const bounds = promises.flatMap(({ coveragePpm, bound }) =>
    "maxUs" in bound && Number.isSafeInteger(bound.maxUs) ? [{ boundUs: bound.maxUs, coveragePpm }] : [],
  );
  return { bounds, conditional: promises.every(({ property }) => reading.leaf.conditional.includes(property)) };
}

/** â(d) = max(0, a − ε), and likewise a detected error in time: what comes too late is no usable answer. */
function inTime(reading: Reading, promised: Latency): Pick<Rows, "availabilityMicros" | "detectedErrorMicros"> {
  const { leaf, node, proof } = reading;
  const tailPpm = tailWithin(promised, leaf.timeoutUs);
  const available = Math.max(0, ...ratios(reading, "availability", "minMicros").map(({ micros }) => micros));
  const errors = leastError(reading, "detected_error").micros;
  return {
    availabilityMicros: proof.note(node, "availability", "in-time", [available, tailPpm], Math.max(0, available - tailPpm)),
    detectedErrorMicros: proof.note(node, "detected_error", "in-time", [errors, tailPpm], addTails(errors, tailPpm)),
  };
}

/** Only a ratio promised at full coverage is one; of several the tightest counts. */
function ratios(reading: Reading, row: AlgebraRow, side: "minMicros" | "maxMicros"): (Ratio & { property: string })[] {
  return promisesOf(reading, row).flatMap(({ property, coveragePpm, bound }) => {
    const micros = side === "minMicros" ? lower(bound) : upper(bound);
    if (coveragePpm !== MICRO || micros === undefined || !Number.isSafeInteger(micros)) return [];
    const clamped = Math.min(MICRO, Math.max(0, micros));
    return [{ property, micros: clamped, conditional: reading.leaf.conditional.includes(property) }];
  });
}

function lower(bound: Bound): number | undefined {
  return "minMicros" in bound ? bound.minMicros : undefined;
}

function upper(bound: Bound): number | undefined {
  return "maxMicros" in bound ? bound.maxMicros : undefined;
}

function accuracyOf(reading: Reading): Readonly<Record<string, Ratio>> {
  const best = new Map<string, Ratio>();
  for (const { property, micros, conditional } of ratios(reading, "accuracy", "minMicros")) {
    if (micros > (best.get(property)?.micros ?? 0)) best.set(property, { micros, conditional });
  }
  return reading.proof.note(reading.node, "accuracy", "leaf", promisesOf(reading, "accuracy"), Object.fromEntries(best));
}

function undetectedOf(reading: Reading): Ratio {
  const promises = promisesOf(reading, "undetected_error");
  return reading.proof.note(reading.node, "undetected_error", "leaf", promises, leastError(reading, "undetected_error"));
}

function leastError(reading: Reading, row: AlgebraRow): Ratio {
  let least: Ratio = { micros: MICRO, conditional: false };
  for (const { micros, conditional } of ratios(reading, row, "maxMicros")) {
    if (micros < least.micros) least = { micros, conditional };
  }
  return least;
}

/** Per property the promise of greatest coverage, and of those the largest. */
function throughputOf(reading: Reading): Readonly<Record<string, Throughput>> {
  const best = new Map<string, { micros: number; coveragePpm: number }>();
  for (const { property, coveragePpm, bound } of promisesOf(reading, "throughput")) {
    const micros = lower(bound);
    if (micros === undefined || !Number.isSafeInteger(micros) || micros < 0) continue;
    const known = best.get(property);
    const better =
      known === undefined ||
      coveragePpm > known.coveragePpm ||
      (coveragePpm === known.coveragePpm && micros > known.micros);
    if (better) best.set(property, { micros, coveragePpm });
  }
  const rows = [...best].map(([property, { micros, coveragePpm }]): [string, Throughput] => [
    property,
    { tailPpm: MICRO - coveragePpm, services: { [reading.leaf.serviceId]: { micros, uses: 1 } } },
  ]);
  return reading.proof.note(reading.node, "throughput", "leaf", promisesOf(reading, "throughput"), Object.fromEntries(rows));
}

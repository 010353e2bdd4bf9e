import { MICRO } from "@caio/core";

import type { Retry } from "./composition.ts";
import type { Derivation } from "./derivation.ts";
import { ownRowsOfRetry } from "./own-rows.ts";
import { latencyOfRetry } from "./rows/latency.ts";
import type { OwnProperty } from "./rows/own-property.ts";
import { complement, wrongOfRetry } from "./rows/ratio.ts";
import type { Rows } from "./rows/rows.ts";
import { addSafe, timesSafe } from "./rows/sums.ts";
import { throughputOfRetry } from "./rows/throughput.ts";

/** The rows of a retry (calculus §7). What an attempt promises in availability, detected errors and flags stays as it is. */
export function rowsOfRetry(retry: Retry, child: Rows, own: readonly OwnProperty[], { node, proof }: { readonly node: string; readonly proof: Derivation }): Rows {
  const { attempts, backoffUs } = retry;
  const beforeLastUs = timesSafe(addSafe(child.deadlineUs, backoffUs), attempts - 1);
  const note = <T>(row: string, rule: string, operand: unknown, result: T): T =>
    proof.note(node, row, `retry.${rule}`, [operand, { attempts }], result);
  const undetected = wrongOfRetry(child.undetectedError, attempts);
  return {
    ...child,
    deadlineUs: addSafe(beforeLastUs, child.deadlineUs),
    latency: proof.note(
      node,
      "latency",
      child.latency.conditional ? "retry.last" : "retry.boole",
      [child.latency, { attempts, beforeLastUs }],
      latencyOfRetry(child.latency, beforeLastUs, attempts),
    ),
    accuracy: note("accuracy", "per-property", child.accuracy, accuracyOfRetry(child.accuracy, attempts)),
    undetectedError: note("undetected_error", undetected.rule, child.undetectedError, undetected.result),
    throughput: note("throughput", "uses", child.throughput, throughputsOfRetry(child.throughput, attempts)),
    own: ownRowsOfRetry(retry, child.own, own, node, proof),
    costMicros: note("cost", "times", child.costMicros, child.costMicros === null ? null : timesSafe(child.costMicros, attempts)),
  };
}

function accuracyOfRetry(child: Rows["accuracy"], attempts: number): Rows["accuracy"] {
  const kept = Object.entries(child)
    .map(([name, ratio]) => ({ name, ratio: complement(wrongOfRetry(complement(ratio), attempts).result) }))
    .filter(({ ratio }) => ratio.micros > 0);
  return Object.fromEntries(kept.map(({ name, ratio }) => [name, ratio]));
}

function throughputsOfRetry(child: Rows["throughput"], attempts: number): Rows["throughput"] {
  const kept = Object.entries(child)
    .map(([name, throughput]) => ({ name, throughput: throughputOfRetry(throughput, attempts) }))
    .filter(({ throughput }) => throughput.tailPpm < MICRO);
  return Object.fromEntries(kept.map(({ name, throughput }) => [name, throughput]));
}

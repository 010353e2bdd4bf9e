import type { Chosen, Guarantee } from "./receipt-shape.ts";
import type { Receipt } from "./receipt.ts";
import type { Trace, TracedOutcome } from "./trace-shape.ts";
import { decimal, duration, guaranteeText, money } from "./words.ts";

/**
 * A promise against what was measured of this call. `kept` and `broken` are said of what holds for every call; `within` and `beyond` of
 * what holds for a share of calls, of which one call alone breaks nothing (calculus §7).
 */
export interface KeptPromise {
  readonly title: string;
  readonly kind: "every call" | "over many calls";
  readonly promised: string;
  readonly measured: string;
  readonly verdict: "kept" | "broken" | "within" | "beyond" | "not measured";
  /** What was measured as a share of what was promised, ppm; null where that means nothing. */
  readonly sharePpm: number | null;
}

/** What was promised of the chosen pair, against the last attempt at it; empty for a refusal. */
export function promisesOf({ certificate: { outcome }, policies }: Receipt, trace: Trace | undefined): readonly KeptPromise[] {
  if (outcome.kind !== "chosen") return [];
  const last = trace?.outcomes.at(-1);
  const currency = policies[0]?.currency ?? "";
  return [...perCall(outcome, last, currency), ...outcome.promise.statistical.map((guarantee) => overMany(guarantee, last, trace))];
}

function perCall({ promise: { perCall: terms } }: Chosen, last: TracedOutcome | undefined, currency: string): readonly KeptPromise[] {
  const kind = "every call";
  const { deadlineUs, costCapMicros, outputSchemaDigest } = terms;
  const cost = last?.costMicros ?? null;
  return [
    ...(deadlineUs === null ? [] : [{ title: "Deadline", kind, promised: `an answer within ${duration(deadlineUs)}`, ...held(last?.latencyUs ?? null, deadlineUs, duration) } as const]),
    ...(costCapMicros === null ? [] : [{ title: "Cost", kind, promised: `at most ${money(costCapMicros, currency)}`, ...held(cost, costCapMicros, (micros) => money(micros, currency)) } as const]),
    ...(outputSchemaDigest === null ? [] : [{ title: "Output", kind, promised: "the schema of the contract", ...whole(last) } as const]),
  ];
}

type Measured = Pick<KeptPromise, "measured" | "verdict" | "sharePpm">;

function held(value: number | null, most: number, words: (value: number) => string): Measured {
  if (value === null) return unmeasured;
  return { measured: words(value), verdict: value <= most ? "kept" : "broken", sharePpm: part(value, most) };
}

const unmeasured: Measured = { measured: "not measured", verdict: "not measured", sharePpm: null };

function whole(last: TracedOutcome | undefined): Measured {
  if (last?.status === "success") return { measured: "the answer has it", verdict: "kept", sharePpm: null };
  return last?.status === "violation" && (last.reason ?? "").includes("schema") ? { measured: "the answer has not", verdict: "broken", sharePpm: null } : unmeasured;
}

function overMany(guarantee: Guarantee, last: TracedOutcome | undefined, trace: Trace | undefined): KeptPromise {
  const common = { title: titleOf(guarantee.property), kind: "over many calls", promised: guaranteeText(guarantee) } as const;
  const { property, bound } = guarantee;
  if (property === "latency" && bound.max_us !== undefined && last !== undefined) return { ...common, ...compared(last.latencyUs, bound.max_us, duration) };
  if (property === "availability" && last !== undefined) return { ...common, ...answered(last) };
  if (property === "accuracy" && bound.min_micros !== undefined) return { ...common, ...judged(trace, bound.min_micros) };
  return { ...common, ...unmeasured };
}

function compared(value: number, most: number, words: (value: number) => string): Measured {
  return { measured: words(value), verdict: value <= most ? "within" : "beyond", sharePpm: part(value, most) };
}

function answered({ status }: TracedOutcome): Measured {
  if (status === "cancelled") return unmeasured;
  return status === "success" ? { measured: "answered", verdict: "within", sharePpm: null } : { measured: `no answer (${status})`, verdict: "beyond", sharePpm: null };
}

/** What was last said of accuracy, by a person or a judge. */
function judged(trace: Trace | undefined, least: number): Measured {
  const said = trace?.feedback.filter(({ aspect, scoreMicros }) => aspect === "accuracy" && scoreMicros !== null).at(-1)?.scoreMicros ?? null;
  if (said === null) return { ...unmeasured, measured: "nobody judged it" };
  return { measured: `judged ${decimal(said)}`, verdict: said >= least ? "within" : "beyond", sharePpm: null };
}

function part(value: number, most: number): number {
  return most === 0 ? (value === 0 ? 0 : 1_000_000) : Math.round((value / most) * 1_000_000);
}

function titleOf(property: string): string {
  const words = property.replaceAll("_", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

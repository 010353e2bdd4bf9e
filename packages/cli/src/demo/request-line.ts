import type { CaioError, JsonObject, JsonValue } from "@caio/core";
import { decimal, milliseconds, nameOf, type Attempt, type ChosenDecision, type Orchestration, type RefusedDecision } from "@caio/orchestrator";

/** One request in one line: who was chosen, why, what was promised, what was measured. */
export interface RequestLine {
  readonly request: string;
  readonly outcome: "success" | "refused" | "failed";
  readonly chosen: string;
  readonly why: string;
  readonly promised: string;
  readonly measured: string;
}

const NOTHING = "-";
const OUTPUT_WIDTH = 48;

/** The line of a request that was decided. */
export function lineOf(request: string, orchestration: Orchestration): RequestLine {
  const { kind, decision, attempts } = orchestration;
  if (decision.kind === "refused") {
    return { request, outcome: "refused", chosen: decision.code, why: reasonsOf(decision), promised: NOTHING, measured: "not executed" };
  }
  const tried = attempts.map(attemptName);
  const broken = attempts.flatMap(brokenWords);
  return {
    request,
    outcome: kind,
    chosen: tried.length === 0 ? nameOf(decision.outcome.selected) : tried.join(" → "),
    why: kind === "failed" && broken.length === 0 ? orchestration.error.code : [...broken, choiceWords(decision)].join("; "),
    promised: promiseWords(decision),
    measured: kind === "success" ? `${measuredWords(attempts.at(-1))} ${outputWords(orchestration.output)}` : "not executed",
  };
}

/** The line of a caller whom the door turned away: nothing was decided. */
export function lineOfDoor(request: string, { code, details }: CaioError): RequestLine {
  const reason = typeof details["reason"] === "string" ? details["reason"] : "";
  return { request, outcome: "refused", chosen: code, why: `at the door: ${reason}`, promised: NOTHING, measured: "not decided" };
}

/** How the choice was made: alone, or by how much. */
function choiceWords({ outcome: { runnerUp, margin, models } }: ChosenDecision): string {
  if (runnerUp === null) return "the only one admitted";
  return `${((margin ?? 0) / 1e12).toFixed(4)} ahead of ${nameOf(runnerUp)} of ${String(models.length)} admitted`;
}

/** Where the pairs fell: each step and clause once, with how many. */
function reasonsOf({ verdicts }: RefusedDecision): string {
  if (verdicts.length === 0) return "no service offers it";
  const counts = new Map<string, number>();
  for (const verdict of verdicts) {
    if (verdict.step === 0) continue;
    const place = `step ${String(verdict.step)} ${verdict.clause}`;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return [...counts].map(([place, count]) => `${place} × ${String(count)}`).join(", ");
}

function attemptName({ contract, decision }: Attempt): string {
  return `${nameOf(decision.outcome.selected)} ${contract.version}`;
}

function brokenWords({ decision, enforcement }: Attempt): readonly string[] {
  if (enforcement.status === "success") return [];
  const properties = enforcement.verdict.violations.map(({ property }) => property).join(", ");
  return [`${nameOf(decision.outcome.selected)} broke its promise (${enforcement.status}${properties === "" ? "" : `: ${properties}`})`];
}

function measuredWords(attempt: Attempt | undefined): string {
  if (attempt === undefined) return NOTHING;
  const { latencyUs, costMicros } = attempt.enforcement;
  return `${(latencyUs / 1000).toFixed(1)} ms, ${costMicros === undefined ? "cost unknown" : `cost ${decimal(costMicros)}`},`;
}

function outputWords(output: JsonValue): string {
  const text = JSON.stringify(output);
  return text.length > OUTPUT_WIDTH ? `${text.slice(0, OUTPUT_WIDTH)}…` : text;
}

/** The parts of a promise that fit a line: latency at the coverage asked for, accuracy, the cost cap. */
function promiseWords({ outcome: { promise, limits } }: ChosenDecision): string {
  const guarantees = promise.statistical.flatMap((guarantee) => (isObject(guarantee) ? [guarantee] : []));
  const latency = guarantees
    .filter((each) => each["property"] === "latency" && Number(each["coverage_ppm"]) >= limits.coveragePpm)
    .sort((a, b) => boundOf(a, "max_us") - boundOf(b, "max_us"))[0];
  const accuracy = guarantees.find(({ property }) => typeof property === "string" && property.endsWith("accuracy"));
  const cap = promise.perCall.costCapMicros;
  const words = [
    ...(latency === undefined ? [] : [`≤ ${milliseconds(boundOf(latency, "max_us"))} in ${String(Number(latency["coverage_ppm"]) / 10_000)} %`]),
    ...(accuracy === undefined ? [] : [`accuracy ≥ ${decimal(boundOf(accuracy, "min_micros"))}`]),
    ...(cap === null ? [] : [`cost ≤ ${decimal(cap)}`]),
  ];
  return words.join(", ") || "nothing";
}

function boundOf(guarantee: JsonObject, end: string): number {
  const { bound } = guarantee;
  return isObject(bound) ? Number(bound[end]) : NaN;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

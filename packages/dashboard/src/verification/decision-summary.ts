import { isObject, parseJson, type Json, type JsonObject } from "@caio/verifier";

/** One line of what a receipt says of its decision; unchecked text of whoever wrote it. */
export interface Fact {
  readonly label: string;
  readonly text: string;
  /** A digest or an id: to be compared letter by letter. */
  readonly exact?: boolean;
}

const REFUSALS: ReadonlyMap<Json | undefined, string> = new Map([
  ["NoMatchingService", "no service offers what was asked for"],
  ["RuleViolation", "a rule forbids every service that matches"],
  ["SecurityViolation", "no service passes the security predicates"],
  ["SafetyViolation", "no service is safe enough for the request"],
  ["PolicyViolation", "no service satisfies the privacy policy"],
  ["TraitViolation", "no service satisfies the traits"],
  ["BudgetExceeded", "every service costs more than the budget"],
  ["LatencyExceeded", "every service is slower than allowed"],
]);
const LONGEST = 200;
const LAST_TIME = 8_640_000_000_000_000;

/** What a bundle says of its decision, whether it is true or not; empty where it cannot be read. Never throws. */
export function decisionSummary(bundle: string | Uint8Array): readonly Fact[] {
  try {
    const certificate = member(predicateOf(bundle), "certificate");
    const log = member(predicateOf(bundle), "log");
    return isObject(certificate) ? factsOf(certificate, log) : [];
  } catch {
    return [];
  }
}

function predicateOf(bundle: string | Uint8Array): Json | undefined {
  const envelope = parseJson(typeof bundle === "string" ? bundle : decoded(bundle));
  const payload = member(envelope, "payload");
  if (typeof payload !== "string") return undefined;
  return member(parseJson(decoded(Uint8Array.from(atob(payload), (unit) => unit.charCodeAt(0)))), "predicate");
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

function factsOf(certificate: JsonObject, log: Json | undefined): readonly Fact[] {
  const { outcome, now, tenant, decisionId, decisionVersion, testKey, verdicts } = certificate;
  const facts: Fact[] = [...outcomeFacts(outcome), { label: "Decided", text: timeOf(now) }, { label: "Tenant", text: shown(tenant) }];
  if (Array.isArray(verdicts)) facts.push({ label: "Candidates", text: candidatesOf(verdicts as readonly Json[]) });
  facts.push({ label: "Decision", text: shown(decisionId), exact: true });
  const checkpoint = member(log, "checkpoint");
  if (typeof checkpoint === "string") facts.push({ label: "Log", text: logText(checkpoint, member(member(log, "entries"), "decision")) });
  facts.push({ label: "Version", text: shown(decisionVersion) });
  if (testKey === true) facts.push({ label: "Note", text: "made with a published test key" });
  return facts;
}

function outcomeFacts(outcome: Json | undefined): readonly Fact[] {
  const code = member(outcome, "code");
  if (member(outcome, "kind") === "refused") {
    const meaning = REFUSALS.get(code);
    return [{ label: "Refused", text: meaning === undefined ? shown(code) : `${shown(code)}: ${meaning}` }];
  }
  const selected = member(outcome, "selected");
  const runnerUp = member(outcome, "runnerUp");
  const chosen = { label: "Chosen", text: pairText(selected) };
  return isObject(runnerUp) ? [chosen, { label: "Runner-up", text: pairText(runnerUp) }] : [chosen];
}

function pairText(pair: Json | undefined): string {
  const model = member(pair, "model");
  return model === null || model === undefined ? shown(member(pair, "service")) : `${shown(member(pair, "service"))}, model ${shown(model)}`;
}

function candidatesOf(verdicts: readonly Json[]): string {
  const admitted = verdicts.filter((verdict) => member(verdict, "step") === 0).length;
  return `${String(verdicts.length)} judged, ${String(admitted)} admitted`;
}

function logText(checkpoint: string, entry: Json | undefined): string {
  const [origin = ""] = checkpoint.split("\n", 1);
  const index = member(entry, "index");
  return typeof index === "number" ? `entry ${String(index)} of ${shown(origin)}` : `not in ${shown(origin)}`;
}

function timeOf(now: Json | undefined): string {
  if (typeof now !== "number" || Math.abs(now) > LAST_TIME) return shown(now);
  return new Date(now).toISOString().replace("T", " ").replace(/(?:\.000)?Z$/, " UTC");
}

/** A value as one short line without signs that would hide or turn other text. */
function shown(value: Json | undefined): string {
  if (value === undefined) return "not said";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const plain = text.slice(0, LONGEST).replace(/[\p{Cc}\p{Cf}]/gu, "\u{fffd}");
  return text.length > LONGEST ? `${plain} …` : plain;
}

function member(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
